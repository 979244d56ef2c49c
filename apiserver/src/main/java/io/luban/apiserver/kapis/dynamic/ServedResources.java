package io.luban.apiserver.kapis.dynamic;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.luban.kube.KubeRest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Which resources are served under {@code /kapis} without an API of their own: those of Kubernetes and KubeSphere, and
 * those whose definition carries a label. Asked of Kubernetes at most once a second each.
 */
final class ServedResources {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int MOST = 2_000;
    private static final Set<String> KUBERNETES = Set.of(
            "apps",
            "autoscaling",
            "batch",
            "policy",
            "admissionregistration.k8s.io",
            "apiextensions.k8s.io",
            "apiregistration.k8s.io",
            "certificates.k8s.io",
            "coordination.k8s.io",
            "discovery.k8s.io",
            "events.k8s.io",
            "flowcontrol.apiserver.k8s.io",
            "internal.apiserver.k8s.io",
            "networking.k8s.io",
            "node.k8s.io",
            "rbac.authorization.k8s.io",
            "resource.k8s.io",
            "scheduling.k8s.io",
            "storage.k8s.io",
            "storagemigration.k8s.io");
    // iam.kubesphere.io stays out: its users carry password hashes, which only an API of its own leaves out
    private static final Set<String> KUBESPHERE = Set.of(
            "application.kubesphere.io/v2",
            "cluster.kubesphere.io/v1alpha1",
            "extensions.kubesphere.io/v1alpha1",
            "gateway.kubesphere.io/v1alpha2",
            "kubesphere.io/v1alpha1",
            "quota.kubesphere.io/v1alpha2",
            "tenant.kubesphere.io/v1beta1");

    /** A resource to look for. */
    record Wanted(String group, String version, String plural) {
        String groupVersion() {
            return group.isEmpty() ? version : group + "/" + version;
        }

        /** Where the group's resources lie. */
        String root() {
            return (group.isEmpty() ? "/api/" : "/apis/") + groupVersion();
        }
    }

    /** A resource that is served. */
    record ServedType(Wanted resource, String kind, boolean isNamespaced) {
        String apiVersion() {
            return resource.groupVersion();
        }

        /** The path of the collection over all namespaces. */
        String path() {
            return resource.root() + "/" + resource.plural();
        }

        /** The path of the collection in one namespace. */
        String path(String namespace) {
            return "%s/namespaces/%s/%s".formatted(resource.root(), namespace, resource.plural());
        }
    }

    private final KubeRest kube;
    private final LoadingCache<Wanted, Optional<ServedType>> types =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(FRESH).build(this::load);

    ServedResources(KubeRest kube) {
        this.kube = kube;
    }

    /** The resource, if it is served; blocks, and throws what Kubernetes answers but 404. */
    Optional<ServedType> find(Wanted wanted) {
        return types.get(wanted);
    }

    private Optional<ServedType> load(Wanted wanted) {
        if (!isBuiltIn(wanted) && !isLabelled(wanted)) {
            return Optional.empty();
        }
        var resources = kube.find(wanted.root());
        if (resources.isPresent()) {
            for (var resource : resources.get().path("resources")) {
                if (resource.path("name").asText("").equals(wanted.plural())) {
                    return Optional.of(new ServedType(
                            wanted,
                            resource.path("kind").asText(""),
                            resource.path("namespaced").asBoolean(false)));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isBuiltIn(Wanted wanted) {
        boolean isCore = wanted.group().isEmpty() && wanted.version().equals("v1");
        return isCore || KUBERNETES.contains(wanted.group()) || KUBESPHERE.contains(wanted.groupVersion());
    }

    private boolean isLabelled(Wanted wanted) {
        if (wanted.group().isEmpty() || wanted.group().equals("iam.kubesphere.io")) {
            return false;
        }
        var path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/%s.%s"
                .formatted(wanted.plural(), wanted.group());
        return kube.find(path)
                .map(definition -> definition
                        .at("/metadata/labels")
                        .path("kubesphere.io/resource-served")
                        .asText("")
                        .equals("true"))
                .orElse(false);
    }
}
