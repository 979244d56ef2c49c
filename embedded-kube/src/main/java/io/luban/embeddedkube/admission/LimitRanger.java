package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Applies the LimitRanges of a namespace to new pods and claims: first their defaults, then their bounds. */
final class LimitRanger implements AdmissionPlugin {
    private static final GroupResource LIMIT_RANGES = new GroupResource("", "limitranges");
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final List<String> CONTAINERS = List.of("initContainers", "containers");

    private final Store store;

    LimitRanger(Store store) {
        this.store = store;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!isNew(request, PODS)) {
            return;
        }
        var limits = limits(request.namespace(), "Container");
        for (var limit : limits) {
            for (var member : CONTAINERS) {
                Trees.at(request.object(), "spec", member)
                        .forEach(container -> setDefaults((ObjectNode) container, limit));
            }
        }
        if (!limits.isEmpty()) {
            // the quality of service follows from what containers ask for
            request.settle();
        }
    }

    private static void setDefaults(ObjectNode container, JsonNode limit) {
        fill(container, "limits", limit.path("default"));
        fill(container, "requests", limit.path("defaultRequest"));
    }

    private static void fill(ObjectNode container, String kind, JsonNode defaults) {
        if (!defaults.isEmpty()) {
            var target = Trees.ensure(container, "resources", kind);
            defaults.properties().forEach(entry -> target.putIfAbsent(entry.getKey(), entry.getValue()));
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        var problems = new ArrayList<String>();
        if (isNew(request, PODS)) {
            checkPod(request, problems);
        } else if (isNew(request, CLAIMS)) {
            var wanted = PodResources.quantities(Trees.at(request.object(), "spec", "resources", "requests"));
            for (var limit : limits(request.namespace(), "PersistentVolumeClaim")) {
                checkMinimum(limit, "PersistentVolumeClaim", wanted, problems);
                checkMaximum(limit, "PersistentVolumeClaim", wanted, problems);
            }
        }
        if (!problems.isEmpty()) {
            var resource = request.type().resource();
            var text = problems.size() == 1 ? problems.getFirst() : "[" + String.join(", ", problems) + "]";
            throw ApiException.forbidden(
                    resource, request.name(), "%s \"%s\" is forbidden: %s".formatted(resource, request.name(), text));
        }
    }

    private void checkPod(AdmissionRequest request, List<String> problems) {
        for (var limit : limits(request.namespace(), "Container")) {
            for (var member : CONTAINERS) {
                for (var container : Trees.at(request.object(), "spec", member)) {
                    var resources = container.path("resources");
                    check(
                            limit,
                            "Container",
                            PodResources.quantities(resources.path("requests")),
                            PodResources.quantities(resources.path("limits")),
                            problems);
                }
            }
        }
        for (var limit : limits(request.namespace(), "Pod")) {
            check(
                    limit,
                    "Pod",
                    PodResources.of(request.object(), "requests"),
                    PodResources.of(request.object(), "limits"),
                    problems);
        }
    }

    private static void check(
            JsonNode limit,
            String what,
            Map<String, Quantity> requests,
            Map<String, Quantity> limits,
            List<String> problems) {
        checkMinimum(limit, what, requests, problems);
        checkMaximum(limit, what, limits, problems);
        PodResources.quantities(limit.path("maxLimitRequestRatio")).forEach((name, ratio) -> {
            var request = requests.get(name);
            var most = limits.get(name);
            if (request != null
                    && most != null
                    && request.signum() > 0
                    && most.value().compareTo(request.value().multiply(ratio.value())) > 0) {
                problems.add("%s max limit to request ratio per %s is %s, but provided ratio is greater"
                        .formatted(name, what, ratio));
            }
        });
    }

    private static void checkMinimum(
            JsonNode limit, String what, Map<String, Quantity> requests, List<String> problems) {
        PodResources.quantities(limit.path("min")).forEach((name, least) -> {
            var request = requests.get(name);
            if (request == null) {
                problems.add("minimum %s usage per %s is %s.  No request is specified".formatted(name, what, least));
            } else if (request.compareTo(least) < 0) {
                problems.add("minimum %s usage per %s is %s, but request is %s".formatted(name, what, least, request));
            }
        });
    }

    private static void checkMaximum(JsonNode limit, String what, Map<String, Quantity> limits, List<String> problems) {
        PodResources.quantities(limit.path("max")).forEach((name, most) -> {
            var given = limits.get(name);
            if (given == null) {
                problems.add("maximum %s usage per %s is %s.  No limit is specified".formatted(name, what, most));
            } else if (given.compareTo(most) > 0) {
                problems.add("maximum %s usage per %s is %s, but limit is %s".formatted(name, what, most, given));
            }
        });
    }

    private static boolean isNew(AdmissionRequest request, GroupResource resource) {
        return request.operation() == Operation.CREATE
                && request.subresource().isEmpty()
                && request.type().storage().equals(resource);
    }

    private List<JsonNode> limits(String namespace, String type) {
        var result = new ArrayList<JsonNode>();
        for (var range : store.snapshot(LIMIT_RANGES).inNamespace(namespace)) {
            for (var limit : Trees.at(range.tree(), "spec", "limits")) {
                if (Trees.text(limit, "type").equals(type)) {
                    result.add(limit);
                }
            }
        }
        return result;
    }
}
