package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which pods a ResourceQuota with scopes is about, and what it demands of those. */
final class QuotaScopes {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final Set<String> DEMANDED =
            Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

    private QuotaScopes() {}

    /** Whether the object counts for the quota; with scopes only pods do. */
    static boolean covers(JsonNode quota, GroupResource resource, JsonNode object) {
        var scopes = Trees.items(Trees.at(quota, "spec", "scopes"));
        var expressions = Trees.at(quota, "spec", "scopeSelector", "matchExpressions");
        if (scopes.isEmpty() && expressions.isEmpty()) {
            return true;
        }
        if (!resource.equals(PODS)) {
            return false;
        }
        for (var expression : expressions) {
            if (!matches(expression, object)) {
                return false;
            }
        }
        return scopes.stream().allMatch(scope -> isIn(scope, object));
    }

    /** Whether the quota is about some pods only. */
    static boolean isScoped(JsonNode quota) {
        return !Trees.at(quota, "spec", "scopes").isEmpty()
                || !Trees.at(quota, "spec", "scopeSelector", "matchExpressions").isEmpty();
    }

    private static boolean matches(JsonNode expression, JsonNode pod) {
        var scope = Trees.text(expression, "scopeName");
        if (!scope.equals("PriorityClass")) {
            return isIn(scope, pod);
        }
        var name = Trees.text(pod, "spec", "priorityClassName");
        var values = Trees.items(expression.path("values"));
        return switch (Trees.text(expression, "operator")) {
            case "In" -> values.contains(name);
            case "NotIn" -> !values.contains(name);
            case "DoesNotExist" -> name.isEmpty();
            default -> !name.isEmpty();
        };
    }

    private static boolean isIn(String scope, JsonNode pod) {
        boolean isTerminating = Trees.at(pod, "spec", "activeDeadlineSeconds").isNumber();
        boolean isBestEffort = PodResources.of(pod, "requests").isEmpty()
                && PodResources.of(pod, "limits").isEmpty();
        return switch (scope) {
            case "Terminating" -> isTerminating;
            case "NotTerminating" -> !isTerminating;
            case "BestEffort" -> isBestEffort;
            case "NotBestEffort" -> !isBestEffort;
            case "CrossNamespacePodAffinity" -> looksElsewhere(pod);
            case "PriorityClass" ->
                !Trees.text(pod, "spec", "priorityClassName").isEmpty();
            default -> false;
        };
    }

    /** Whether the affinity of the pod is about pods of other namespaces. */
    private static boolean looksElsewhere(JsonNode pod) {
        for (var member : List.of("podAffinity", "podAntiAffinity")) {
            for (var terms : Trees.at(pod, "spec", "affinity", member)) {
                for (var term : terms) {
                    var affinity = term.has("podAffinityTerm") ? term.path("podAffinityTerm") : term;
                    if (affinity.has("namespaceSelector")
                            || !affinity.path("namespaces").isEmpty()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** What containers must say because the quota limits it, e.g. {@code limits.cpu for: web}. */
    static List<String> unstated(Set<String> hard, JsonNode pod) {
        var result = new ArrayList<String>();
        for (var name : new TreeSet<>(hard)) {
            if (!DEMANDED.contains(name)) {
                continue;
            }
            var kind = name.startsWith("limits.") ? "limits" : "requests";
            var resource = name.substring(name.indexOf('.') + 1);
            var silent = new ArrayList<String>();
            for (var container : Trees.at(pod, "spec", "containers")) {
                if (!Trees.at(container, "resources", kind).has(resource)) {
                    silent.add(Trees.text(container, "name"));
                }
            }
            if (!silent.isEmpty()) {
                result.add(name + " for: " + String.join(",", silent));
            }
        }
        return result;
    }
}
