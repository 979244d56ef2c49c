package io.luban.apiserver.authorization;

import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.pipeline.User;
import java.util.List;

/**
 * Walks the roles of the user and of the user's groups at the platform's level until one rule covers the request. Roles
 * only add rights; a binding to a role that does not exist gives none.
 */
public final class RbacAuthorizer implements Authorizer {
    private static final String GLOBAL_ROLE = "GlobalRole";

    private final GlobalRoles roles;

    /** Decides by the platform-wide roles. */
    public RbacAuthorizer(GlobalRoles roles) {
        this.roles = roles;
    }

    @Override
    public Decision decide(User user, RequestInfo request) {
        var decision = decide(roles.ofUser(user), request);
        if (decision.allowed()) {
            return decision;
        }
        for (var group : user.groups()) {
            var byGroup = decide(roles.ofGroup(group), request);
            if (byGroup.allowed()) {
                return byGroup;
            }
            if (decision.reason().isEmpty()) {
                decision = byGroup;
            }
        }
        return decision;
    }

    private Decision decide(List<Grant> grants, RequestInfo request) {
        var problem = Decision.NO_OPINION;
        for (var grant : grants) {
            if (!grant.roleKind().equals(GLOBAL_ROLE)) {
                problem = Decision.refused("RBAC: unsupported role reference kind: \"%s\"".formatted(grant.roleKind()));
                continue;
            }
            for (var rule : roles.rules(grant.role())) {
                if (rule.covers(request)) {
                    return new Decision(true, grant::reason);
                }
            }
        }
        return problem;
    }
}
