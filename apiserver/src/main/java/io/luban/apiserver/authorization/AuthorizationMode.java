package io.luban.apiserver.authorization;

import java.util.List;

/** How requests are authorized. */
public enum AuthorizationMode {
    /** Open paths, then roles. */
    RBAC("RBAC"),
    /** Everybody may do everything. */
    ALWAYS_ALLOW("AlwaysAllow"),
    /** Nobody may do anything but ask for health. */
    ALWAYS_DENY("AlwaysDeny");

    private final String word;

    AuthorizationMode(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }

    /** The authorizer of this mode over the roles. */
    public Authorizer over(Authorizer rbac) {
        return switch (this) {
            case RBAC -> new UnionAuthorizer(List.of(PathAuthorizer.standard(), rbac));
            case ALWAYS_ALLOW -> (user, request) -> Decision.ALLOWED;
            case ALWAYS_DENY ->
                new UnionAuthorizer(List.of(
                        PathAuthorizer.healthOnly(), (user, request) -> Decision.refused("Everything is forbidden.")));
        };
    }
}
