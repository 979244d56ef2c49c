package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.GroupVersionKind;
import java.util.function.Consumer;

/** What single built-in kinds do beyond what their type says. */
final class KindHooks {
    private KindHooks() {}

    /** Defaults of a kind; nothing for kinds without. */
    static Consumer<ObjectNode> defaults(GroupVersionKind kind) {
        return switch (kind.group()) {
            case "" -> coreDefaults(kind.kind());
            case "apps", "batch" -> workloadDefaults(kind.kind());
            case "autoscaling" -> kind.version().equals("v1") ? autoscalerV1(kind.kind()) : PolicyDefaults::autoscaler;
            default -> otherDefaults(kind.kind());
        };
    }

    private static Consumer<ObjectNode> coreDefaults(String kind) {
        return switch (kind) {
            case "Endpoints" -> ServiceDefaults::endpoints;
            case "LimitRange" -> PolicyDefaults::limitRange;
            case "Namespace" -> PolicyDefaults::namespace;
            case "PersistentVolume" -> StorageDefaults::volume;
            case "PersistentVolumeClaim" -> StorageDefaults::claim;
            case "Pod" -> PodDefaults::pod;
            case "PodTemplate" -> WorkloadDefaults::podTemplate;
            case "ReplicationController" -> WorkloadDefaults::replicationController;
            case "Secret" -> PolicyDefaults::secret;
            case "Service" -> ServiceDefaults::service;
            default -> object -> {};
        };
    }

    private static Consumer<ObjectNode> workloadDefaults(String kind) {
        return switch (kind) {
            case "CronJob" -> WorkloadDefaults::cronJob;
            case "DaemonSet" -> WorkloadDefaults::daemonSet;
            case "Deployment" -> WorkloadDefaults::deployment;
            case "Job" -> WorkloadDefaults::job;
            case "ReplicaSet" -> WorkloadDefaults::replicaSet;
            case "StatefulSet" -> WorkloadDefaults::statefulSet;
            default -> object -> {};
        };
    }

    private static Consumer<ObjectNode> autoscalerV1(String kind) {
        return kind.equals("HorizontalPodAutoscaler") ? PolicyDefaults::autoscalerV1 : object -> {};
    }

    private static Consumer<ObjectNode> otherDefaults(String kind) {
        return switch (kind) {
            case "APIService" -> PolicyDefaults::apiService;
            case "CSIDriver" -> StorageDefaults::driver;
            case "ClusterRoleBinding", "RoleBinding" -> PolicyDefaults::binding;
            case "CustomResourceDefinition" -> PolicyDefaults::definition;
            case "EndpointSlice" -> ServiceDefaults::endpointSlice;
            case "IngressClass" -> ServiceDefaults::ingressClass;
            case "MutatingWebhookConfiguration" -> PolicyDefaults::mutatingWebhooks;
            case "NetworkPolicy" -> ServiceDefaults::networkPolicy;
            case "PriorityClass" -> PolicyDefaults::priorityClass;
            case "StorageClass" -> StorageDefaults::storageClass;
            case "ValidatingAdmissionPolicy" -> PolicyDefaults::admissionPolicy;
            case "ValidatingAdmissionPolicyBinding" -> PolicyDefaults::admissionPolicyBinding;
            case "ValidatingWebhookConfiguration" -> PolicyDefaults::validatingWebhooks;
            default -> object -> {};
        };
    }
}
