package io.luban.apiserver.authorization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.pipeline.User;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The platform-wide roles and to whom they are bound, kept in step by watches. */
public final class GlobalRoles implements AutoCloseable {
    private static final String ROOT = "/apis/iam.kubesphere.io/v1beta1/";

    private final GrantIndex grants = new GrantIndex();
    private final ProjectedCache<List<PolicyRule>> roles;
    private final ProjectedCache<Binding> bindings;

    /** Begins to follow roles and bindings. */
    public GlobalRoles(KubeRest kube) {
        roles = ProjectedCache.start(kube, CollectionQuery.of(ROOT + "globalroles"), GlobalRoles::rules);
        bindings = ProjectedCache.start(
                kube,
                CollectionQuery.of(ROOT + "globalrolebindings"),
                object -> Binding.from("GlobalRoleBinding", object),
                (name, before, after) -> grants.replace(before, after));
    }

    private static Optional<List<PolicyRule>> rules(ObjectNode role) {
        var rules = new ArrayList<PolicyRule>();
        role.path("rules").forEach(rule -> rules.add(PolicyRule.from(rule)));
        return Optional.of(List.copyOf(rules));
    }

    List<Grant> ofUser(User user) {
        return grants.ofUser(user.name());
    }

    List<Grant> ofGroup(String group) {
        return grants.ofGroup(group);
    }

    /** The rules of a role; none when it does not exist. */
    List<PolicyRule> rules(String role) {
        return roles.find("", role).orElse(List.of());
    }

    /** Whether the first listings are complete. */
    public boolean isSynced() {
        return roles.isSynced() && bindings.isSynced();
    }

    /** Waits for the first listings. */
    public boolean awaitSync(Duration limit) throws InterruptedException {
        return roles.awaitSync(limit) && bindings.awaitSync(limit);
    }

    @Override
    public void close() {
        bindings.close();
        roles.close();
    }
}
