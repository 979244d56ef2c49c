package io.luban.kubecel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.auth.User;
import java.util.List;
import java.util.Map;

/** Questions about what a user may do. */
final class AccessLibrary {
    private static final List<CelType> RESOURCE_TEXT = List.of(KubeTypes.RESOURCE_CHECK, SimpleType.STRING);
    private static final List<CelType> DECISION = List.of(KubeTypes.DECISION);

    private AccessLibrary() {}

    /** The rights of a user. */
    record Rights(Authorizer authorizer, User user) {}

    /** A question about a path that is no resource. */
    record PathCheck(Rights rights, String path) {}

    /** An API group that a question begins with. */
    record GroupCheck(Rights rights, String group) {}

    /** A question about a resource. */
    record ResourceCheck(
            Rights rights, String group, String resource, String subresource, String namespace, String name) {}

    /** An answer. */
    record Outcome(boolean allowed, String reason) {}

    static void addTo(Functions functions) {
        var text = SimpleType.STRING;
        functions
                .member(
                        "path",
                        "authorizer_path",
                        KubeTypes.PATH_CHECK,
                        List.of(KubeTypes.AUTHORIZER, text),
                        args -> new PathCheck((Rights) args[0], (String) args[1]))
                .member(
                        "group",
                        "authorizer_group",
                        KubeTypes.GROUP_CHECK,
                        List.of(KubeTypes.AUTHORIZER, text),
                        args -> new GroupCheck((Rights) args[0], (String) args[1]))
                .member(
                        "serviceAccount",
                        "authorizer_serviceaccount",
                        KubeTypes.AUTHORIZER,
                        List.of(KubeTypes.AUTHORIZER, text, text),
                        args -> account((Rights) args[0], (String) args[1], (String) args[2]))
                .member(
                        "resource",
                        "groupcheck_resource",
                        KubeTypes.RESOURCE_CHECK,
                        List.of(KubeTypes.GROUP_CHECK, text),
                        args -> {
                            var group = (GroupCheck) args[0];
                            return new ResourceCheck(group.rights(), group.group(), (String) args[1], "", "", "");
                        })
                .member(
                        "check",
                        "pathcheck_check",
                        KubeTypes.DECISION,
                        List.of(KubeTypes.PATH_CHECK, text),
                        args -> decide((PathCheck) args[0], (String) args[1]))
                .member(
                        "check",
                        "resourcecheck_check",
                        KubeTypes.DECISION,
                        RESOURCE_TEXT,
                        args -> decide((ResourceCheck) args[0], (String) args[1]));
        refinements(functions);
        decisions(functions);
    }

    private static void refinements(Functions functions) {
        refinement(
                functions,
                "subresource",
                (check, value) -> new ResourceCheck(
                        check.rights(), check.group(), check.resource(), value, check.namespace(), check.name()));
        refinement(
                functions,
                "namespace",
                (check, value) -> new ResourceCheck(
                        check.rights(), check.group(), check.resource(), check.subresource(), value, check.name()));
        refinement(
                functions,
                "name",
                (check, value) -> new ResourceCheck(
                        check.rights(),
                        check.group(),
                        check.resource(),
                        check.subresource(),
                        check.namespace(),
                        value));
        // Roles do not look at selectors, so a check with one is the check without.
        refinement(functions, "fieldSelector", (check, value) -> check);
        refinement(functions, "labelSelector", (check, value) -> check);
    }

    private static void refinement(
            Functions functions,
            String name,
            java.util.function.BiFunction<ResourceCheck, String, ResourceCheck> refine) {
        functions.member(
                name,
                "resourcecheck_" + name,
                KubeTypes.RESOURCE_CHECK,
                RESOURCE_TEXT,
                args -> refine.apply((ResourceCheck) args[0], (String) args[1]));
    }

    private static void decisions(Functions functions) {
        functions
                .member("allowed", "decision_allowed", SimpleType.BOOL, DECISION, args -> ((Outcome) args[0]).allowed())
                .member("reason", "decision_reason", SimpleType.STRING, DECISION, args -> ((Outcome) args[0]).reason())
                .member("errored", "decision_errored", SimpleType.BOOL, DECISION, args -> false)
                .member("error", "decision_error", SimpleType.STRING, DECISION, args -> "");
    }

    private static Rights account(Rights rights, String namespace, String name) {
        var groups = List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated");
        var user = new User("system:serviceaccount:" + namespace + ":" + name, "", groups, Map.of());
        return new Rights(rights.authorizer(), user);
    }

    private static Outcome decide(PathCheck check, String verb) {
        var user = check.rights().user();
        return decide(check.rights(), new AccessRequest(user, verb, "", "", "", "", "", "", check.path()));
    }

    private static Outcome decide(ResourceCheck check, String verb) {
        return decide(
                check.rights(),
                new AccessRequest(
                        check.rights().user(),
                        verb,
                        check.group(),
                        "*",
                        check.resource(),
                        check.subresource(),
                        check.namespace(),
                        check.name(),
                        ""));
    }

    private static Outcome decide(Rights rights, AccessRequest request) {
        var decision = rights.authorizer().decide(request);
        return new Outcome(decision.allowed(), decision.reason());
    }
}
