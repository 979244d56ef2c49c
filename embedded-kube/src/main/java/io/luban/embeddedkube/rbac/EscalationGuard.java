package io.luban.embeddedkube.rbac;

import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.User;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Nobody hands out more than they hold: roles may contain only rules of the caller (or the caller may {@code escalate}),
 * and bindings may refer only to such roles (or the caller may {@code bind}).
 */
public final class EscalationGuard implements AdmissionPlugin {
    private final RbacAuthorizer authorizer;

    /** Guards roles and bindings with the rules of that authorizer. */
    public EscalationGuard(RbacAuthorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public void validate(AdmissionRequest request) {
        var isWrite = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!isWrite || !request.type().kind().group().equals(RbacIndex.GROUP)) {
            return;
        }
        switch (request.type().names().plural()) {
            case "roles", "clusterroles" -> checkRole(request);
            case "rolebindings", "clusterrolebindings" -> checkBinding(request);
            default -> {
                // nothing else of the group gives rights
            }
        }
    }

    private void checkRole(AdmissionRequest request) {
        var object = request.object();
        var unchanged = request.old()
                .map(old -> old.path("rules").equals(object.path("rules"))
                        && old.path("aggregationRule").equals(object.path("aggregationRule")))
                .orElse(false);
        if (unchanged || isAllowed(request, "escalate", request.type().names().plural(), request.name())) {
            return;
        }
        if (object.hasNonNull("aggregationRule") && !isClusterAdmin(request.user())) {
            throw forbidden(request, "must have cluster-admin privileges to use the aggregationRule");
        }
        refuseMissing(request, PolicyRule.listOf(object.path("rules")));
    }

    private void checkBinding(AdmissionRequest request) {
        var object = request.object();
        var unchanged = request.old()
                .map(old -> old.path("roleRef").equals(object.path("roleRef"))
                        && old.path("subjects").equals(object.path("subjects")))
                .orElse(false);
        var reference = object.path("roleRef");
        var isClusterRole = reference.path("kind").asText().equals("ClusterRole");
        var name = reference.path("name").asText();
        var plural = isClusterRole ? "clusterroles" : "roles";
        if (unchanged || isAllowed(request, "bind", plural, name)) {
            return;
        }
        // what a role will hold that somebody makes later, nobody can tell
        var rules = authorizer
                .findRules(new Binding.Role(isClusterRole ? "" : request.namespace(), name))
                .orElseThrow(() -> ApiException.notFound(new GroupResource(RbacIndex.GROUP, plural), name));
        refuseMissing(request, rules);
    }

    private boolean isAllowed(AdmissionRequest request, String verb, String resource, String name) {
        return authorizer
                .decide(new AccessRequest(
                        request.user(), verb, RbacIndex.GROUP, "v1", resource, "", request.namespace(), name, ""))
                .allowed();
    }

    private boolean isClusterAdmin(User user) {
        return holds(user, "", single("*", "*", "*", ""))
                && authorizer
                        .decide(new AccessRequest(user, "*", "", "", "", "", "", "", "*"))
                        .allowed();
    }

    private void refuseMissing(AdmissionRequest request, List<PolicyRule> wanted) {
        var user = request.user();
        var missing = wanted.stream()
                .filter(rule -> !isCovered(user, request.namespace(), rule))
                .map(PolicyRule::shown)
                .distinct()
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            var groups = user.groups().stream().collect(Collectors.joining("\" \"", "[\"", "\"]"));
            throw forbidden(
                    request,
                    "user \"%s\" (groups=%s) is attempting to grant RBAC permissions not currently held:\n%s"
                            .formatted(user.name(), groups, String.join("\n", missing)));
        }
    }

    private boolean isCovered(User user, String namespace, PolicyRule rule) {
        for (var verb : rule.verbs()) {
            for (var url : rule.nonResourceUrls()) {
                if (!authorizer
                        .decide(new AccessRequest(user, verb, "", "", "", "", "", "", url))
                        .allowed()) {
                    return false;
                }
            }
        }
        return singles(rule).stream().allMatch(single -> holds(user, namespace, single));
    }

    private boolean holds(User user, String namespace, Single single) {
        int slash = single.resource().indexOf('/');
        var resource = slash < 0 ? single.resource() : single.resource().substring(0, slash);
        var sub = slash < 0 ? "" : single.resource().substring(slash + 1);
        return authorizer
                .decide(new AccessRequest(
                        user, single.verb(), single.group(), "", resource, sub, namespace, single.name(), ""))
                .allowed();
    }

    private static List<Single> singles(PolicyRule rule) {
        var result = new ArrayList<Single>();
        var names = rule.resourceNames().isEmpty() ? List.of("") : rule.resourceNames();
        for (var verb : rule.verbs()) {
            for (var group : rule.apiGroups()) {
                for (var resource : rule.resources()) {
                    names.forEach(name -> result.add(single(verb, group, resource, name)));
                }
            }
        }
        return result;
    }

    private static Single single(String verb, String group, String resource, String name) {
        return new Single(verb, group, resource, name);
    }

    /** The smallest part of a rule. */
    private record Single(String verb, String group, String resource, String name) {}

    private static ApiException forbidden(AdmissionRequest request, String why) {
        var resource = request.type().resource();
        var message = "%s \"%s\" is forbidden: %s".formatted(resource, request.name(), why);
        return ApiException.forbidden(resource, request.name(), message);
    }
}
