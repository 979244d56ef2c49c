package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.GroupVersionKind;
import java.util.function.BiConsumer;

/** Which checks belong to which built-in kind. */
final class ValidationHooks {
    private ValidationHooks() {}

    /** Checks of an object by itself. */
    static BiConsumer<ObjectNode, Findings> validation(GroupVersionKind kind) {
        return switch (kind.group()) {
            case "" -> core(kind.kind());
            case "apps", "batch", "autoscaling", "policy" -> workload(kind.kind());
            default -> other(kind.kind());
        };
    }

    private static BiConsumer<ObjectNode, Findings> core(String kind) {
        return switch (kind) {
            case "ConfigMap" -> DataValidation::configMap;
            case "Endpoints" -> EndpointValidation::endpoints;
            case "Event" -> ClusterValidation::event;
            case "LimitRange" -> ClusterValidation::limitRange;
            case "PersistentVolume" -> ClusterValidation::volume;
            case "PersistentVolumeClaim" -> ClusterValidation::claim;
            case "Pod" -> PodValidation::pod;
            case "PodTemplate" -> WorkloadValidation::podTemplate;
            case "ReplicationController" -> WorkloadValidation::replicationController;
            case "ResourceQuota" -> QuotaValidation::resourceQuota;
            case "Secret" -> DataValidation::secret;
            case "Service" -> TrafficValidation::service;
            default -> (object, findings) -> {};
        };
    }

    private static BiConsumer<ObjectNode, Findings> workload(String kind) {
        return switch (kind) {
            case "CronJob" -> WorkloadValidation::cronJob;
            case "DaemonSet" -> WorkloadValidation::daemonSet;
            case "Deployment" -> WorkloadValidation::deployment;
            case "HorizontalPodAutoscaler" -> ClusterValidation::autoscaler;
            case "Job" -> WorkloadValidation::job;
            case "PodDisruptionBudget" -> ClusterValidation::disruptionBudget;
            case "ReplicaSet" -> WorkloadValidation::replicaSet;
            case "StatefulSet" -> WorkloadValidation::statefulSet;
            default -> (object, findings) -> {};
        };
    }

    private static BiConsumer<ObjectNode, Findings> other(String kind) {
        return switch (kind) {
            case "APIService" -> RegistrationValidation::apiService;
            case "CertificateSigningRequest" -> AccessValidation::signingRequest;
            case "ClusterRole" -> AccessValidation::clusterRole;
            case "ClusterRoleBinding" -> AccessValidation::clusterRoleBinding;
            case "EndpointSlice" -> EndpointValidation::endpointSlice;
            case "Ingress" -> IngressValidation::ingress;
            case "Lease" -> ClusterValidation::lease;
            case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration" -> AccessValidation::webhooks;
            case "NetworkPolicy" -> IngressValidation::networkPolicy;
            case "PriorityClass" -> ClusterValidation::priorityClass;
            case "Role" -> AccessValidation::role;
            case "RoleBinding" -> AccessValidation::roleBinding;
            case "RuntimeClass" -> ClusterValidation::runtimeClass;
            default -> (object, findings) -> {};
        };
    }

    /** Checks of a change. */
    static UpdateRules.Check update(GroupVersionKind kind) {
        return switch (kind.kind()) {
            case "ClusterRoleBinding", "RoleBinding" -> UpdateRules::binding;
            case "ConfigMap" -> UpdateRules::configMap;
            case "ControllerRevision" -> UpdateRules::controllerRevision;
            case "DaemonSet", "Deployment", "ReplicaSet" -> UpdateRules::selector;
            case "EndpointSlice" -> UpdateRules::endpointSlice;
            case "IngressClass" -> UpdateRules::ingressClass;
            case "Job" -> UpdateRules::job;
            case "PersistentVolume" -> UpdateRules::volume;
            case "PersistentVolumeClaim" -> UpdateRules::claim;
            case "Pod" -> PodUpdates::whole;
            case "PriorityClass" -> UpdateRules::priorityClass;
            case "ResourceQuota" -> UpdateRules::resourceQuota;
            case "RuntimeClass" -> UpdateRules::runtimeClass;
            case "Secret" -> UpdateRules::secret;
            case "Service" -> UpdateRules::service;
            case "StatefulSet" -> UpdateRules::statefulSet;
            case "StorageClass" -> UpdateRules::storageClass;
            case "VolumeAttachment" -> UpdateRules::specification;
            default -> (object, old, findings) -> {};
        };
    }
}
