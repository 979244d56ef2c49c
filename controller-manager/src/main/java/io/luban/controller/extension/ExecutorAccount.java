package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.Permissions;
import io.luban.kube.KubeRest;
import io.luban.model.Json;
import java.util.List;

/**
 * The identity under which an extension's chart is installed: a ServiceAccount in the target namespace with the rights
 * the package asks for, and all ordinary rights within that namespace.
 */
final class ExecutorAccount {
    private static final List<String> NAMESPACE_GROUPS =
            List.of("", "apps", "batch", "policy", "networking.k8s.io", "autoscaling", "metrics.k8s.io");

    private final KubeRest kube;
    private final String extension;
    private final String namespace;

    ExecutorAccount(KubeRest kube, String extension, String namespace) {
        this.kube = kube;
        this.extension = extension;
        this.namespace = namespace;
    }

    /** Name of the ServiceAccount. */
    String name() {
        return "helm-executor." + extension;
    }

    /** Creates or renews the namespace, the account and its rights. */
    void ensure(Permissions permissions) {
        new ExtensionNamespace(kube, extension).ensure(namespace);
        apply(Paths.inNamespace(namespace, "serviceaccounts"), object("v1", "ServiceAccount", name(), true));
        var role = object("rbac.authorization.k8s.io/v1", "Role", roleName(), true);
        role.set("rules", permissions.rules().deepCopy().add(namespaceRule()));
        apply(rbac("roles"), role);
        apply(rbac("rolebindings"), binding("Role", true));
        var clusterRole = object("rbac.authorization.k8s.io/v1", "ClusterRole", roleName(), false);
        clusterRole.set("rules", permissions.clusterRules().deepCopy());
        apply(Paths.RBAC + "/clusterroles", clusterRole);
        apply(Paths.RBAC + "/clusterrolebindings", binding("ClusterRole", false));
    }

    /** Takes all rights away again. */
    void remove() {
        kube.delete(Paths.RBAC + "/clusterrolebindings/" + roleName());
        kube.delete(Paths.RBAC + "/clusterroles/" + roleName());
        kube.delete(rbac("rolebindings") + "/" + roleName());
        kube.delete(rbac("roles") + "/" + roleName());
        kube.delete(Paths.inNamespace(namespace, "serviceaccounts") + "/" + name());
    }

    private void apply(String collection, ObjectNode object) {
        var path = collection + "/" + object.at("/metadata/name").asText();
        var present = kube.find(path);
        if (present.isEmpty()) {
            kube.create(collection, object);
            return;
        }
        requireSameRole(present.get(), object);
        if (differs(present.get(), object)) {
            var changed = present.get();
            changed.withObject("/metadata/labels").put(Labels.EXTENSION, extension);
            for (var field : List.of("rules", "subjects")) {
                if (object.has(field)) {
                    changed.set(field, object.path(field));
                }
            }
            kube.update(path, changed);
        }
    }

    private static boolean differs(JsonNode present, JsonNode wanted) {
        return !present.path("rules").equals(wanted.path("rules"))
                || !present.path("subjects").equals(wanted.path("subjects"))
                || !present.at(Labels.pointer("labels", Labels.EXTENSION))
                        .equals(wanted.at(Labels.pointer("labels", Labels.EXTENSION)));
    }

    private static void requireSameRole(JsonNode present, JsonNode wanted) {
        if (!present.path("roleRef").equals(wanted.path("roleRef"))) {
            var kind = wanted.path("kind").asText().equals("ClusterRoleBinding") ? "cluster role" : "role";
            throw new PreparationException(
                    "ConflictingBinding",
                    "conflict %s binding found: %s"
                            .formatted(kind, present.at("/metadata/name").asText()));
        }
    }

    private ObjectNode binding(String roleKind, boolean inNamespace) {
        var binding = object("rbac.authorization.k8s.io/v1", roleKind + "Binding", roleName(), inNamespace);
        binding.putObject("roleRef")
                .put("apiGroup", "rbac.authorization.k8s.io")
                .put("kind", roleKind)
                .put("name", roleName());
        binding.putArray("subjects")
                .addObject()
                .put("kind", "ServiceAccount")
                .put("name", name())
                .put("namespace", namespace);
        return binding;
    }

    private ObjectNode object(String apiVersion, String kind, String name, boolean inNamespace) {
        var object = Json.object().put("apiVersion", apiVersion).put("kind", kind);
        var metadata = object.putObject("metadata").put("name", name);
        if (inNamespace) {
            metadata.put("namespace", namespace);
        }
        metadata.putObject("labels").put(Labels.EXTENSION, extension);
        return object;
    }

    private static ObjectNode namespaceRule() {
        var rule = Json.object();
        rule.set("verbs", strings(List.of("*")));
        rule.set("apiGroups", strings(NAMESPACE_GROUPS));
        rule.set("resources", strings(List.of("*")));
        return rule;
    }

    private static ArrayNode strings(List<String> values) {
        var list = Json.array();
        values.forEach(list::add);
        return list;
    }

    private String rbac(String resource) {
        return Paths.RBAC + "/namespaces/" + namespace + "/" + resource;
    }

    private String roleName() {
        return "kubesphere:" + extension + ":helm-executor";
    }
}
