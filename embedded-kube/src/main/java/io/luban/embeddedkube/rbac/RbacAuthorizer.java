package io.luban.embeddedkube.rbac;

import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.store.Store;
import io.luban.model.GroupResource;
import java.util.List;
import java.util.Optional;

/**
 * Decides by the roles and bindings in the store, from an index that the commit stream keeps current. The cost of a
 * decision depends neither on the number of users nor on the number of bindings.
 */
public final class RbacAuthorizer implements Authorizer, AutoCloseable {
    private static final Decision MASTER = new Decision(true, "");
    private static final Decision DENIED = new Decision(false, "");

    private final RbacIndex index = new RbacIndex();
    private final Store.Subscription watch;

    private RbacAuthorizer(Store store) {
        watch = store.watchAll(index::apply);
        for (var resource : List.of("roles", "clusterroles", "rolebindings", "clusterrolebindings")) {
            index.load(store.snapshot(new GroupResource(RbacIndex.GROUP, resource)));
        }
    }

    /** Reads what the store holds and follows it until closed. */
    public static RbacAuthorizer open(Store store) {
        return new RbacAuthorizer(store);
    }

    @Override
    public Decision decide(AccessRequest request) {
        if (request.user().groups().contains("system:masters")) {
            return MASTER;
        }
        var reason = index.decide(request);
        return reason.isEmpty() ? DENIED : new Decision(true, reason);
    }

    List<PolicyRule> rulesOf(User user, String namespace) {
        if (user.groups().contains("system:masters")) {
            var all = List.of("*");
            return List.of(
                    new PolicyRule(all, all, all, List.of(), List.of()),
                    new PolicyRule(all, List.of(), List.of(), List.of(), all));
        }
        return index.rulesOf(user, namespace);
    }

    /** The rules of a role; empty when there is no such role. */
    Optional<List<PolicyRule>> findRules(Binding.Role role) {
        return index.findRules(role);
    }

    @Override
    public void close() {
        watch.close();
    }
}
