package io.luban.embeddedkube.table;

import io.luban.embeddedkube.table.BuiltInCells.Plain;
import java.util.HashMap;
import java.util.Map;

/** Columns that show one member of the object; of an array or map its size. */
final class PlainCells {
    static final Map<String, Plain> ALL = Map.copyOf(collected());

    private PlainCells() {}

    private static Map<String, Plain> collected() {
        var cells = new HashMap<String, Plain>();
        workloads(cells);
        storage(cells);
        access(cells);
        put(cells, "Namespace/Status", "status.phase", "");
        put(cells, "Secret/Type", "type", "");
        put(cells, "Secret/Data", "data", 0L);
        put(cells, "ServiceAccount/Secrets", "secrets", 0L);
        put(cells, "Service/Type", "spec.type", "");
        put(cells, "EndpointSlice/AddressType", "addressType", "");
        put(cells, "IngressClass/Controller", "spec.controller", "");
        put(cells, "Lease/Holder", "spec.holderIdentity", "");
        put(cells, "RuntimeClass/Handler", "handler", "");
        put(cells, "PriorityClass/Value", "value", 0L);
        put(cells, "PriorityClass/Global-Default", "globalDefault", false);
        put(cells, "PriorityClass/PreemptionPolicy", "preemptionPolicy", "PreemptLowerPriority");
        put(cells, "FlowSchema/PriorityLevel", "spec.priorityLevelConfiguration.name", Row.NONE);
        put(cells, "FlowSchema/MatchingPrecedence", "spec.matchingPrecedence", 0L);
        put(cells, "FlowSchema/DistinguisherMethod", "spec.distinguisherMethod.type", Row.NONE);
        put(cells, "PriorityLevelConfiguration/Type", "spec.type", "");
        put(
                cells,
                "PriorityLevelConfiguration/NominalConcurrencyShares",
                "spec.limited.nominalConcurrencyShares",
                Row.NONE);
        return cells;
    }

    private static void workloads(Map<String, Plain> cells) {
        for (var kind : new String[] {"ReplicaSet", "ReplicationController"}) {
            put(cells, kind + "/Desired", "spec.replicas", 0L);
            put(cells, kind + "/Current", "status.replicas", 0L);
            put(cells, kind + "/Ready", "status.readyReplicas", 0L);
        }
        put(cells, "Deployment/Up-to-date", "status.updatedReplicas", 0L);
        put(cells, "Deployment/Available", "status.availableReplicas", 0L);
        put(cells, "DaemonSet/Desired", "status.desiredNumberScheduled", 0L);
        put(cells, "DaemonSet/Current", "status.currentNumberScheduled", 0L);
        put(cells, "DaemonSet/Ready", "status.numberReady", 0L);
        put(cells, "DaemonSet/Up-to-date", "status.updatedNumberScheduled", 0L);
        put(cells, "DaemonSet/Available", "status.numberAvailable", 0L);
        put(cells, "CronJob/Schedule", "spec.schedule", "");
        put(cells, "CronJob/Timezone", "spec.timeZone", Row.NONE);
        put(cells, "CronJob/Suspend", "spec.suspend", false);
        put(cells, "CronJob/Active", "status.active", 0L);
        put(cells, "ControllerRevision/Revision", "revision", 0L);
        put(cells, "HorizontalPodAutoscaler/MinPods", "spec.minReplicas", "<unset>");
        put(cells, "HorizontalPodAutoscaler/MaxPods", "spec.maxReplicas", 0L);
        put(cells, "HorizontalPodAutoscaler/Replicas", "status.currentReplicas", 0L);
        put(cells, "PodDisruptionBudget/Min Available", "spec.minAvailable", "N/A");
        put(cells, "PodDisruptionBudget/Max Unavailable", "spec.maxUnavailable", "N/A");
        put(cells, "PodDisruptionBudget/Allowed Disruptions", "status.disruptionsAllowed", 0L);
    }

    private static void storage(Map<String, Plain> cells) {
        put(cells, "StorageClass/Provisioner", "provisioner", "");
        put(cells, "StorageClass/ReclaimPolicy", "reclaimPolicy", "Delete");
        put(cells, "StorageClass/VolumeBindingMode", "volumeBindingMode", "<unset>");
        put(cells, "StorageClass/AllowVolumeExpansion", "allowVolumeExpansion", false);
        put(cells, "CSIDriver/AttachRequired", "spec.attachRequired", true);
        put(cells, "CSIDriver/PodInfoOnMount", "spec.podInfoOnMount", false);
        put(cells, "CSIDriver/StorageCapacity", "spec.storageCapacity", false);
        put(cells, "CSIDriver/RequiresRepublish", "spec.requiresRepublish", false);
        put(cells, "CSINode/Drivers", "spec.drivers", 0L);
        put(cells, "CSIStorageCapacity/StorageClassName", "storageClassName", "");
        put(cells, "CSIStorageCapacity/Capacity", "capacity", "<unset>");
        put(cells, "VolumeAttachment/Attacher", "spec.attacher", "");
        put(cells, "VolumeAttachment/PV", "spec.source.persistentVolumeName", "");
        put(cells, "VolumeAttachment/Node", "spec.nodeName", "");
        put(cells, "VolumeAttachment/Attached", "status.attached", false);
    }

    private static void access(Map<String, Plain> cells) {
        put(cells, "MutatingWebhookConfiguration/Webhooks", "webhooks", 0L);
        put(cells, "ValidatingWebhookConfiguration/Webhooks", "webhooks", 0L);
        put(cells, "ValidatingAdmissionPolicy/Validations", "spec.validations", 0L);
        put(cells, "ValidatingAdmissionPolicyBinding/PolicyName", "spec.policyName", "");
        put(cells, "CertificateSigningRequest/SignerName", "spec.signerName", Row.NONE);
        put(cells, "CertificateSigningRequest/Requestor", "spec.username", "");
    }

    private static void put(Map<String, Plain> cells, String column, String path, Object instead) {
        cells.put(column, new Plain(path, instead));
    }
}
