package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Quantity;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts what the objects of a namespace take from its quotas. */
public final class QuotaUsage {
    private static final Set<String> CORE = Set.of(
            "configmaps", "secrets", "services", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas");
    private static final Quantity ONE = new Quantity(BigDecimal.ONE, Quantity.Notation.DECIMAL);
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");

    private final Store store;

    /** Counts objects of that store. */
    public QuotaUsage(Store store) {
        this.store = store;
    }

    /** The use of each limited thing; those that nothing uses are zero. */
    public Map<String, Quantity> used(JsonNode quota, Set<String> limited) {
        var namespace = Trees.namespace(quota);
        var result = new TreeMap<String, Quantity>();
        limited.forEach(name -> result.put(name, Quantity.ZERO));
        for (var resource : store.resources()) {
            if (counts(resource, limited)) {
                for (var object : store.snapshot(resource).inNamespace(namespace)) {
                    add(quota, resource, object.tree(), result);
                }
            }
        }
        return result;
    }

    private static void add(JsonNode quota, GroupResource resource, JsonNode object, Map<String, Quantity> sums) {
        if (QuotaScopes.covers(quota, resource, object)) {
            of(resource, object).forEach((name, amount) -> sums.computeIfPresent(name, (n, sum) -> sum.plus(amount)));
        }
    }

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
            var prefix = storageClass + ".storageclass.storage.k8s.io/";
            result.put(prefix + "persistentvolumeclaims", ONE);
            var storage = result.get("requests.storage");
            if (storage != null) {
                result.put(prefix + "requests.storage", storage);
            }
        }
    }

    private static boolean counts(GroupResource resource, Set<String> limited) {
        return limited.contains("count/" + resource)
                || resource.equals(PODS)
                || resource.equals(CLAIMS)
                || (resource.group().isEmpty() && CORE.contains(resource.resource()));
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
