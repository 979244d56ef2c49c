package io.luban.embeddedkube.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import io.luban.model.LabelSelector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the rules of aggregated ClusterRoles equal to the union of the roles that their {@code aggregationRule} selects,
 * in the same commit that changes one of those.
 */
public final class ClusterRoleAggregation implements CommitParticipant {
    private static final GroupResource CLUSTER_ROLES = new GroupResource(RbacIndex.GROUP, "clusterroles");

    /** Aggregated roles may select each other; after so many rounds everything has reached everybody. */
    private static final int MAX_ROUNDS = 8;

    private final Store store;

    /** Follows the roles of that store. */
    public ClusterRoleAggregation(Store store) {
        this.store = store;
    }

    /** Sets the rules of every aggregated role among the given ones, by name; answers the names of those changed. */
    public static List<String> aggregate(Map<String, ObjectNode> roles) {
        var changed = new LinkedHashSet<String>();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            var changedNow = roles.entrySet().stream()
                    .filter(entry -> isAggregated(entry.getValue()) && update(entry.getValue(), roles))
                    .map(Map.Entry::getKey)
                    .toList();
            if (!changed.addAll(changedNow) && changedNow.isEmpty()) {
                break;
            }
        }
        return List.copyOf(changed);
    }

    @Override
    public void complete(PendingWrite write) {
        if (isClusterRole(write) && !write.removes() && isAggregated(write.object())) {
            update(write.object(), others(write));
        }
    }

    @Override
    public List<Change> accompany(PendingWrite write) {
        if (!isClusterRole(write) || !concernsOthers(write)) {
            return List.of();
        }
        var revisions = new LinkedHashMap<String, Long>();
        var roles = new LinkedHashMap<String, ObjectNode>();
        for (var role : store.snapshot(CLUSTER_ROLES).all()) {
            roles.put(role.key().name(), role.tree());
            revisions.put(role.key().name(), role.revision());
        }
        var name = Trees.name(write.object());
        roles.remove(name);
        if (!write.removes()) {
            roles.put(name, write.object().deepCopy());
        }
        var changes = new ArrayList<Change>();
        for (var changed : aggregate(roles)) {
            var revision = revisions.get(changed);
            var object = roles.get(changed);
            if (revision != null && object != null && !changed.equals(name)) {
                changes.add(new Change.Put(new ObjectKey(CLUSTER_ROLES, "", changed), revision, object));
            }
        }
        return changes;
    }

    /** Labels decide who takes a role in; without labels before and now nobody does. */
    private static boolean concernsOthers(PendingWrite write) {
        var isLabelled = !Trees.labels(write.object()).isEmpty()
                || write.old().map(old -> !Trees.labels(old).isEmpty()).orElse(false);
        var isSame = !write.removes()
                && write.old()
                        .map(old -> old.path("rules").equals(write.object().path("rules"))
                                && Trees.labels(old).equals(Trees.labels(write.object())))
                        .orElse(false);
        return isLabelled && !isSame;
    }

    private static boolean isClusterRole(PendingWrite write) {
        return write.type().storage().equals(CLUSTER_ROLES);
    }

    private static boolean isAggregated(ObjectNode role) {
        return role.path("aggregationRule").path("clusterRoleSelectors").isArray();
    }

    private Map<String, ObjectNode> others(PendingWrite write) {
        var roles = new LinkedHashMap<String, ObjectNode>();
        for (StoredObject role : store.snapshot(CLUSTER_ROLES).all()) {
            if (!role.labels().isEmpty() && !role.key().name().equals(Trees.name(write.object()))) {
                roles.put(role.key().name(), role.tree());
            }
        }
        return roles;
    }

    private static boolean update(ObjectNode role, Map<String, ObjectNode> roles) {
        var rules = union(role, roles);
        if (role.path("rules").equals(rules)
                || (rules.isEmpty() && role.path("rules").isEmpty())) {
            return false;
        }
        role.set("rules", rules);
        return true;
    }

    private static ArrayNode union(ObjectNode aggregated, Map<String, ObjectNode> roles) {
        var rules = new LinkedHashSet<JsonNode>();
        for (var selector : aggregated.path("aggregationRule").path("clusterRoleSelectors")) {
            var labels = LabelSelector.from(selector);
            for (var role : roles.values()) {
                var isOther = !Trees.name(role).equals(Trees.name(aggregated));
                if (isOther && labels.matches(Trees.labels(role))) {
                    Optional.ofNullable(role.get("rules")).ifPresent(found -> found.forEach(rules::add));
                }
            }
        }
        var array = Json.array();
        rules.forEach(rule -> array.add(rule.deepCopy()));
        return array;
    }
}
