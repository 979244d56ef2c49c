package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Quantity;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Applies the LimitRanges of a namespace to new pods and claims: first their defaults, then their bounds. */
final class LimitRanger implements AdmissionPlugin {
    private static final String NOTE = "kubernetes.io/limit-ranger";
    private static final GroupResource LIMIT_RANGES = new GroupResource("", "limitranges");
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final List<String> CONTAINERS = List.of("containers", "initContainers");

    private final Store store;

    LimitRanger(Store store) {
        this.store = store;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!isNew(request, PODS)) {
            return;
        }
        boolean isChanged = false;
        for (var limit : limits(request.namespace(), "Container")) {
            var notes = new ArrayList<String>();
            for (var member : CONTAINERS) {
                var what = member.equals("containers") ? "container" : "init container";
                Trees.at(request.object(), "spec", member)
                        .forEach(container -> setDefaults((ObjectNode) container, limit, what, notes));
            }
            if (!notes.isEmpty()) {
                Trees.ensure(request.object(), "metadata", "annotations")
                        .put(NOTE, "LimitRanger plugin set: " + String.join("; ", notes));
                isChanged = true;
            }
        }
        if (isChanged) {
            // the quality of service follows from what containers ask for
            request.settle();
        }
    }

    private static void setDefaults(ObjectNode container, JsonNode limit, String what, List<String> notes) {
        var place = what + " " + Trees.text(container, "name");
        var limits = fill(container, "limits", limit.path("default"));
        var requests = fill(container, "requests", limit.path("defaultRequest"));
        if (!requests.isEmpty()) {
            notes.add(String.join(", ", requests) + " request for " + place);
        }
        if (!limits.isEmpty()) {
            notes.add(String.join(", ", limits) + " limit for " + place);
        }
    }

    /** Answers what was missing. */
    private static SortedSet<String> fill(ObjectNode container, String kind, JsonNode defaults) {
        var filled = new TreeSet<String>();
        for (var entry : defaults.properties()) {
            var target = Trees.ensure(container, "resources", kind);
            if (!target.has(entry.getKey())) {
                target.set(entry.getKey(), entry.getValue());
                filled.add(entry.getKey());
            }
        }
        return filled;
    }

    @Override
    public void validate(AdmissionRequest request) {
        var problems = new ArrayList<String>();
        if (isNew(request, PODS) || isResized(request)) {
            checkPod(request, problems);
        } else if (isNew(request, CLAIMS) || isUpdate(request, CLAIMS)) {
            var wanted = PodResources.quantities(Trees.at(request.object(), "spec", "resources", "requests"));
            for (var limit : limits(request.namespace(), "PersistentVolumeClaim")) {
                checkMinimum(limit, new Asked("PersistentVolumeClaim", wanted, Map.of()), problems);
                checkMaximum(limit, new Asked("PersistentVolumeClaim", wanted, wanted), problems);
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
                    var asked = new Asked(
                            "Container",
                            PodResources.quantities(resources.path("requests")),
                            PodResources.quantities(resources.path("limits")));
                    check(limit, asked, problems);
                }
            }
        }
        for (var limit : limits(request.namespace(), "Pod")) {
            var asked = new Asked(
                    "Pod", PodResources.of(request.object(), "requests"), PodResources.of(request.object(), "limits"));
            check(limit, asked, problems);
        }
    }

    /** What somebody wants; for claims requests are all there is. */
    private record Asked(String what, Map<String, Quantity> requests, Map<String, Quantity> limits) {}

    private static void check(JsonNode limit, Asked asked, List<String> problems) {
        checkMinimum(limit, asked, problems);
        checkMaximum(limit, asked, problems);
        PodResources.quantities(limit.path("maxLimitRequestRatio"))
                .forEach((name, ratio) -> checkRatio(name, ratio, asked, problems));
    }

    private static void checkRatio(String name, Quantity ratio, Asked asked, List<String> problems) {
        var rule = "%s max limit to request ratio per %s is %s, but ".formatted(name, asked.what(), ratio);
        var request = asked.requests().getOrDefault(name, Quantity.ZERO);
        var most = asked.limits().getOrDefault(name, Quantity.ZERO);
        if (request.signum() == 0) {
            problems.add(rule + "no request is specified or request is 0");
        } else if (most.signum() == 0) {
            problems.add(rule + "no limit is specified or limit is 0");
        } else if (most.value().compareTo(request.value().multiply(ratio.value())) > 0) {
            var given = most.value().divide(request.value(), MathContext.DECIMAL64);
            problems.add(rule + String.format(Locale.ROOT, "provided ratio is %f", given));
        }
    }

    private static void checkMinimum(JsonNode limit, Asked asked, List<String> problems) {
        PodResources.quantities(limit.path("min")).forEach((name, least) -> {
            var rule = "minimum %s usage per %s is %s".formatted(name, asked.what(), least);
            var request = asked.requests().get(name);
            var most = asked.limits().get(name);
            if (request == null) {
                problems.add(rule + ".  No request is specified");
            } else if (request.compareTo(least) < 0) {
                problems.add(rule + ", but request is " + request);
            } else if (most != null && most.compareTo(least) < 0) {
                problems.add(rule + ", but limit is " + most);
            }
        });
    }

    private static void checkMaximum(JsonNode limit, Asked asked, List<String> problems) {
        boolean isClaim = asked.what().equals("PersistentVolumeClaim");
        PodResources.quantities(limit.path("max")).forEach((name, most) -> {
            var rule = "maximum %s usage per %s is %s".formatted(name, asked.what(), most);
            var given = asked.limits().get(name);
            var request = asked.requests().get(name);
            if (given == null) {
                problems.add(rule + ".  No " + (isClaim ? "request" : "limit") + " is specified");
            } else if (given.compareTo(most) > 0) {
                problems.add(rule + ", but " + (isClaim ? "request" : "limit") + " is " + given);
            } else if (request != null && request.compareTo(most) > 0) {
                problems.add(rule + ", but request is " + request);
            }
        });
    }

    private static boolean isResized(AdmissionRequest request) {
        return request.operation() == Operation.UPDATE
                && request.subresource().equals("resize")
                && request.type().storage().equals(PODS);
    }

    private static boolean isUpdate(AdmissionRequest request, GroupResource resource) {
        return request.operation() == Operation.UPDATE
                && request.subresource().isEmpty()
                && request.type().storage().equals(resource)
                && !Trees.isTerminating(request.object());
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
