package io.luban.apiserver.kapis.resources;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.apiserver.view.ResourceViews;
import io.luban.apiserver.view.ViewQuery;
import io.luban.model.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which kind a plural means: those of a fixed table first, then custom ones whose definition is labelled for it. */
final class ResourceTypes {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String SERVED = "kubesphere.io/resource-served=true";
    private static final Map<String, ResourceType> TABLE = new HashMap<>();

    static {
        inNamespaces("v1", "Pod", "Service", "ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim");
        inNamespaces("v1", "Event", "ResourceQuota", "LimitRange", "ReplicationController", "PodTemplate");
        add("v1", "Endpoints", "endpoints", true);
        inNamespaces("apps/v1", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ControllerRevision");
        inNamespaces("batch/v1", "Job", "CronJob");
        inNamespaces("autoscaling/v2", "HorizontalPodAutoscaler");
        inNamespaces("policy/v1", "PodDisruptionBudget");
        inNamespaces("discovery.k8s.io/v1", "EndpointSlice");
        inNamespaces("coordination.k8s.io/v1", "Lease");
        inNamespaces("rbac.authorization.k8s.io/v1", "Role", "RoleBinding");
        add("networking.k8s.io/v1", "Ingress", "ingresses", true);
        add("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", true);
        add("networking.k8s.io/v1", "IngressClass", "ingressclasses", false);
        add("snapshot.storage.k8s.io/v1", "VolumeSnapshot", "volumesnapshots", true);
        everywhere("snapshot.storage.k8s.io/v1", "VolumeSnapshotContent");
        add("snapshot.storage.k8s.io/v1", "VolumeSnapshotClass", "volumesnapshotclasses", false);
        everywhere("v1", "PersistentVolume", "Node", "Namespace");
        add("storage.k8s.io/v1", "StorageClass", "storageclasses", false);
        add("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", false);
        everywhere("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        everywhere("tenant.kubesphere.io/v1beta1", "Workspace", "WorkspaceTemplate");
        everywhere("iam.kubesphere.io/v1beta1", "User", "GlobalRole", "WorkspaceRole", "ClusterRole", "LoginRecord");
        everywhere("iam.kubesphere.io/v1beta1", "GlobalRoleBinding", "ClusterRoleBinding", "WorkspaceRoleBinding");
        everywhere("iam.kubesphere.io/v1beta1", "Group", "GroupBinding", "RoleTemplate", "Category", "BuiltinRole");
        everywhere("cluster.kubesphere.io/v1alpha1", "Cluster", "Label");
    }

    private final ResourceViews views;

    ResourceTypes(ResourceViews views) {
        this.views = views;
    }

    private static void inNamespaces(String apiVersion, String... kinds) {
        for (var kind : kinds) {
            add(apiVersion, kind, plural(kind), true);
        }
    }

    private static void everywhere(String apiVersion, String... kinds) {
        for (var kind : kinds) {
            add(apiVersion, kind, plural(kind), false);
        }
    }

    private static String plural(String kind) {
        var lower = kind.toLowerCase(java.util.Locale.ROOT);
        return lower.endsWith("y") ? lower.substring(0, lower.length() - 1) + "ies" : lower + "s";
    }

    private static void add(String apiVersion, String kind, String plural, boolean isNamespaced) {
        TABLE.put(plural, new ResourceType(apiVersion, kind, plural, isNamespaced));
    }

    /** The kind of the fixed table; memory only. */
    static Optional<ResourceType> fixed(String plural) {
        return Optional.ofNullable(TABLE.get(plural));
    }

    /** The kind; blocks for the first listing of definitions where the table has none. */
    Optional<ResourceType> find(String plural) {
        return fixed(plural).or(() -> labelled(plural));
    }

    private Optional<ResourceType> labelled(String plural) {
        var definitions = views.of(DEFINITIONS, "apiextensions.k8s.io/v1", "CustomResourceDefinition");
        var query = ViewQuery.of(
                Map.of(
                        "labelSelector", List.of(SERVED),
                        "fieldSelector", List.of("spec.names.plural=" + plural),
                        "sortBy", List.of("name"),
                        "ascending", List.of("true")),
                "",
                "");
        return definitions.page(query).items().stream()
                .map(Json::parse)
                .map(definition -> type(definition.path("spec")))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<ResourceType> type(JsonNode spec) {
        for (var version : spec.path("versions")) {
            if (version.path("storage").asBoolean(false)) {
                return Optional.of(new ResourceType(
                        spec.path("group").asText("") + "/"
                                + version.path("name").asText(""),
                        spec.at("/names/kind").asText(""),
                        spec.at("/names/plural").asText(""),
                        spec.path("scope").asText("").equals("Namespaced")));
            }
        }
        return Optional.empty();
    }
}
