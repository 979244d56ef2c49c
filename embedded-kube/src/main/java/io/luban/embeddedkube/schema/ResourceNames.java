package io.luban.embeddedkube.schema;

import io.luban.model.ObjectNames;
import java.util.Set;

/** Names of countable resources such as {@code cpu} or {@code example.com/gpu}. */
final class ResourceNames {
    private static final Set<String> FOR_QUOTA = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "persistentvolumeclaims",
            "configmaps",
            "services.nodeports",
            "services.loadbalancers");

    private ResourceNames() {}

    /** The rules of every name: well formed, and either known or with a domain. */
    static void check(String name, String path, Findings findings) {
        var problems = ObjectNames.qualifiedName(name);
        findings.invalid(path, name, problems);
        if (problems.isEmpty() && !name.contains("/") && !isForQuota(name) && !name.equals("storage")) {
            findings.invalid(path, name, "must be a standard resource type or fully qualified");
        }
    }

    /** Whether a name without a domain can be limited by a quota. */
    static boolean isForQuota(String name) {
        return FOR_QUOTA.contains(name) || name.startsWith("hugepages-") || name.startsWith("requests.hugepages-");
    }
}
