package io.luban.embeddedkube.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.rbac.ClusterRoleAggregation;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/**
 * The ClusterRoles and ClusterRoleBindings that every cluster has. Missing rules and subjects come back at each start,
 * added ones stay, and an object annotated {@code rbac.authorization.kubernetes.io/autoupdate: "false"} is left alone.
 */
final class BootstrapRoles {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final String API_VERSION = GROUP + "/v1";
    private static final GroupResource CLUSTER_ROLES = new GroupResource(GROUP, "clusterroles");
    private static final GroupResource CLUSTER_BINDINGS = new GroupResource(GROUP, "clusterrolebindings");
    private static final GroupResource ROLES = new GroupResource(GROUP, "roles");
    private static final GroupResource BINDINGS = new GroupResource(GROUP, "rolebindings");
    private static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    private final Store store;
    private final NewObjects objects;

    BootstrapRoles(Store store, NewObjects objects) {
        this.store = store;
        this.objects = objects;
    }

    List<Change> changes() {
        var wanted = read();
        var changes = new ArrayList<Change>();
        var roles = new LinkedHashMap<String, ObjectNode>();
        wanted.path("clusterRoles").forEach(role -> roles.put(Trees.text(role, "name"), role(role)));
        ClusterRoleAggregation.aggregate(roles);
        roles.forEach((name, role) -> add(changes, CLUSTER_ROLES, role, "rules"));
        wanted.path("clusterRoleBindings")
                .forEach(binding -> add(changes, CLUSTER_BINDINGS, binding(binding), "subjects"));
        wanted.path("roles").forEach(role -> add(changes, ROLES, role(role), "rules"));
        wanted.path("roleBindings").forEach(binding -> add(changes, BINDINGS, binding(binding), "subjects"));
        return changes;
    }

    private void add(List<Change> changes, GroupResource resource, ObjectNode wanted, String list) {
        var key = new ObjectKey(resource, Trees.namespace(wanted), Trees.name(wanted));
        var stored = store.get(key);
        if (stored.isEmpty()) {
            changes.add(new Change.Put(key, Change.ABSENT, objects.complete(wanted)));
            return;
        }
        var object = stored.get().tree();
        if (!Trees.annotation(object, AUTO_UPDATE).equals("false") && addMissing(object, wanted, list)) {
            changes.add(new Change.Put(key, stored.get().revision(), object));
        }
    }

    private static boolean addMissing(ObjectNode object, ObjectNode wanted, String list) {
        var present = new ArrayList<JsonNode>();
        object.path(list).forEach(present::add);
        var missing = new ArrayList<JsonNode>();
        wanted.path(list).forEach(item -> {
            if (!present.contains(item)) {
                missing.add(item);
            }
        });
        if (!missing.isEmpty()) {
            missing.forEach(Trees.ensureArray(object, list)::add);
        }
        return !missing.isEmpty();
    }

    private static Draft draft(String kind, JsonNode item) {
        var scoped = (isNamespaced(item) ? "" : "Cluster") + kind;
        return Draft.of(API_VERSION, scoped, Trees.text(item, "namespace"), Trees.text(item, "name"))
                .label("kubernetes.io/bootstrapping", "rbac-defaults")
                .labels(Trees.texts(item.path("labels")))
                .annotation(AUTO_UPDATE, "true");
    }

    private static boolean isNamespaced(JsonNode item) {
        return !Trees.text(item, "namespace").isEmpty();
    }

    private static ObjectNode role(JsonNode item) {
        var role = draft("Role", item);
        var rules = item.get("rules");
        role.with("rules", rules == null ? Json.array() : rules);
        var selectors = item.get("aggregates");
        if (selectors != null) {
            var rule = Json.object();
            rule.set("clusterRoleSelectors", selectors);
            role.with("aggregationRule", rule);
        }
        return role.json();
    }

    private static ObjectNode binding(JsonNode item) {
        var reference = Json.object()
                .put("apiGroup", GROUP)
                .put("kind", isNamespaced(item) ? "Role" : "ClusterRole")
                .put("name", Trees.text(item, "role"));
        var binding = draft("RoleBinding", item).with("roleRef", reference);
        if (!item.path("subjects").isEmpty()) {
            var subjects = Json.array();
            item.path("subjects").forEach(subject -> addSubject(subjects, subject.asText()));
            binding.with("subjects", subjects);
        }
        return binding.json();
    }

    /** Subjects are noted as {@code Group:name}, {@code User:name} or {@code ServiceAccount:namespace/name}. */
    private static void addSubject(ArrayNode subjects, String text) {
        int colon = text.indexOf(':');
        var kind = text.substring(0, colon);
        var name = text.substring(colon + 1);
        var subject = subjects.addObject();
        if (kind.equals("ServiceAccount")) {
            int slash = name.indexOf('/');
            subject.put("kind", kind).put("name", name.substring(slash + 1)).put("namespace", name.substring(0, slash));
        } else {
            subject.put("apiGroup", GROUP).put("kind", kind).put("name", name);
        }
    }

    private static ObjectNode read() {
        try (var stream = Objects.requireNonNull(
                BootstrapRoles.class.getResourceAsStream("cluster-roles.json"), "cluster-roles.json is missing")) {
            return Json.parseObject(stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
