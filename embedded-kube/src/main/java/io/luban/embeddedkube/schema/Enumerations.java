package io.luban.embeddedkube.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Values that members of built-in types may have, sorted as messages list them. */
final class Enumerations {
    private static final Map<String, List<String>> VALUES = new HashMap<>();

    static {
        pods();
        workloads();
        traffic();
        storage();
        policy();
    }

    private Enumerations() {}

    /** The values of {@code Type.member}; empty when any value will do. */
    static List<String> valuesOf(String key) {
        return VALUES.getOrDefault(key, List.of());
    }

    private static void put(String key, String... values) {
        VALUES.put(key, List.of(values));
    }

    private static void pods() {
        put("PodSpec.restartPolicy", "Always", "Never", "OnFailure");
        put("PodSpec.dnsPolicy", "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
        put("PodSpec.preemptionPolicy", "Never", "PreemptLowerPriority");
        for (var container : List.of("Container.", "EphemeralContainerCommon.", "EphemeralContainer.")) {
            put(container + "imagePullPolicy", "Always", "IfNotPresent", "Never");
            put(container + "terminationMessagePolicy", "FallbackToLogsOnError", "File");
        }
        put("ContainerPort.protocol", "SCTP", "TCP", "UDP");
        put("HTTPGetAction.scheme", "HTTP", "HTTPS");
        put("Toleration.operator", "Equal", "Exists");
        put("Toleration.effect", "NoExecute", "NoSchedule", "PreferNoSchedule");
        put("Taint.effect", "NoExecute", "NoSchedule", "PreferNoSchedule");
        put("TopologySpreadConstraint.whenUnsatisfiable", "DoNotSchedule", "ScheduleAnyway");
        put("NodeSelectorRequirement.operator", "DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn");
        put("SeccompProfile.type", "Localhost", "RuntimeDefault", "Unconfined");
    }

    private static void workloads() {
        put("CronJobSpec.concurrencyPolicy", "Allow", "Forbid", "Replace");
        put("JobSpec.completionMode", "Indexed", "NonIndexed");
        put("JobSpec.podReplacementPolicy", "Failed", "TerminatingOrFailed");
        put("MetricSpec.type", "ContainerResource", "External", "Object", "Pods", "Resource");
        put("MetricTarget.type", "AverageValue", "Utilization", "Value");
        put("PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy", "AlwaysAllow", "IfHealthyBudget");
    }

    private static void traffic() {
        put("ServiceSpec.type", "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        put("ServiceSpec.sessionAffinity", "ClientIP", "None");
        put("ServiceSpec.externalTrafficPolicy", "Cluster", "Local");
        put("ServiceSpec.internalTrafficPolicy", "Cluster", "Local");
        put("ServiceSpec.ipFamilyPolicy", "PreferDualStack", "RequireDualStack", "SingleStack");
        put("ServiceSpec.ipFamilies", "IPv4", "IPv6");
        put("ServicePort.protocol", "SCTP", "TCP", "UDP");
        put("NetworkPolicyPort.protocol", "SCTP", "TCP", "UDP");
        put("NetworkPolicySpec.policyTypes", "Egress", "Ingress");
        put("HTTPIngressPath.pathType", "Exact", "ImplementationSpecific", "Prefix");
        put("EndpointSlice.addressType", "FQDN", "IPv4", "IPv6");
    }

    private static void storage() {
        var modes = new String[] {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"};
        put("PersistentVolumeClaimSpec.accessModes", modes);
        put("PersistentVolumeSpec.accessModes", modes);
        put("PersistentVolumeClaimSpec.volumeMode", "Block", "Filesystem");
        put("PersistentVolumeSpec.volumeMode", "Block", "Filesystem");
        put("PersistentVolumeSpec.persistentVolumeReclaimPolicy", "Delete", "Recycle", "Retain");
        put("StorageClass.reclaimPolicy", "Delete", "Retain");
        put("StorageClass.volumeBindingMode", "Immediate", "WaitForFirstConsumer");
    }

    private static void policy() {
        for (var webhook : List.of("MutatingWebhook.", "ValidatingWebhook.")) {
            put(webhook + "failurePolicy", "Fail", "Ignore");
            put(webhook + "matchPolicy", "Equivalent", "Exact");
            put(webhook + "sideEffects", "None", "NoneOnDryRun");
        }
        put("MutatingWebhook.reinvocationPolicy", "IfNeeded", "Never");
        for (var rule : List.of("RuleWithOperations.", "NamedRuleWithOperations.", "Rule.")) {
            put(rule + "scope", "*", "Cluster", "Namespaced");
            put(rule + "operations", "*", "CONNECT", "CREATE", "DELETE", "UPDATE");
        }
        put(
                "CertificateSigningRequestSpec.usages",
                "any",
                "cert sign",
                "client auth",
                "code signing",
                "content commitment",
                "crl sign",
                "data encipherment",
                "decipher only",
                "digital signature",
                "email protection",
                "encipher only",
                "ipsec end system",
                "ipsec tunnel",
                "ipsec user",
                "key agreement",
                "key encipherment",
                "microsoft sgc",
                "netscape sgc",
                "ocsp signing",
                "s/mime",
                "server auth",
                "signing",
                "timestamping");
        put("PriorityClass.preemptionPolicy", "Never", "PreemptLowerPriority");
    }
}
