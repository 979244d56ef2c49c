package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Quantity;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What objects take from the quotas of their namespace. */
final class QuotaUsage {
    private static final Set<String> CORE = Set.of(
            "configmaps", "secrets", "services", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas");
    private static final Quantity ONE = new Quantity(BigDecimal.ONE, Quantity.Notation.DECIMAL);
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");

    private static final Set<String> POD_RESOURCES = Set.of("pods", "cpu", "memory", "ephemeral-storage");
    private static final String STORAGE_CLASS = ".storageclass.storage.k8s.io/";

    private QuotaUsage() {}

    /** What one object takes. */
    static Map<String, Quantity> of(GroupResource resource, JsonNode object) {
        var result = new HashMap<String, Quantity>();
        var phase = Trees.text(object, "status", "phase");
        boolean isOver = resource.equals(PODS) && (phase.equals("Succeeded") || phase.equals("Failed"));
        result.put("count/" + resource, ONE);
        if (resource.group().isEmpty() && CORE.contains(resource.resource())) {
            result.put(resource.resource(), ONE);
        }
        if (resource.equals(PODS) && !isOver) {
            addPod(result, object);
        } else if (resource.equals(SERVICES)) {
            addService(result, object);
        } else if (resource.equals(CLAIMS)) {
            PodResources.quantities(Trees.at(object, "spec", "resources", "requests"))
                    .forEach((name, amount) -> result.put("requests." + name, amount));
            addToClass(result, Trees.text(object, "spec", "storageClassName"));
        }
        return result;
    }

    private static void addToClass(Map<String, Quantity> result, String storageClass) {
        if (!storageClass.isEmpty()) {
            var prefix = storageClass + STORAGE_CLASS;
            result.put(prefix + "persistentvolumeclaims", ONE);
            var storage = result.get("requests.storage");
            if (storage != null) {
                result.put(prefix + "requests.storage", storage);
            }
        }
    }

    /** Whether objects of the resource take anything of what is limited. */
    static boolean isCounted(GroupResource resource, Set<String> limited) {
        return limited.contains("count/" + resource)
                || (resource.group().isEmpty() && limited.stream().anyMatch(name -> isTakenBy(resource, name)));
    }

    private static boolean isTakenBy(GroupResource resource, String name) {
        return switch (resource.resource()) {
            case "pods" ->
                POD_RESOURCES.contains(name)
                        || name.startsWith("requests.")
                        || name.startsWith("limits.")
                        || name.startsWith("hugepages-");
            case "services" -> name.startsWith("services");
            case "persistentvolumeclaims" ->
                name.equals("persistentvolumeclaims") || name.startsWith("requests.") || name.contains(STORAGE_CLASS);
            default -> CORE.contains(name) && name.equals(resource.resource());
        };
    }

    /** Whether what one object takes depends on more than its being there. */
    static boolean dependsOnContent(GroupResource resource) {
        return resource.equals(PODS) || resource.equals(SERVICES) || resource.equals(CLAIMS);
    }

    private static void addPod(Map<String, Quantity> result, JsonNode pod) {
        result.put("pods", ONE);
        PodResources.of(pod, "requests").forEach((name, amount) -> {
            result.put("requests." + name, amount);
            result.put(name, amount);
        });
        PodResources.of(pod, "limits").forEach((name, amount) -> result.put("limits." + name, amount));
    }

    private static void addService(Map<String, Quantity> result, JsonNode service) {
        var type = Trees.text(service, "spec", "type");
        if (type.equals("LoadBalancer")) {
            result.put("services.loadbalancers", ONE);
        }
        if (type.equals("NodePort") || type.equals("LoadBalancer")) {
            int ports = Trees.at(service, "spec", "ports").size();
            result.put("services.nodeports", new Quantity(BigDecimal.valueOf(ports), Quantity.Notation.DECIMAL));
        }
    }
}
