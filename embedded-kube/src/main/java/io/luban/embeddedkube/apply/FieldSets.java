package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.ListOf;
import io.luban.model.Json;
import java.util.Set;

/** Which fields a value consists of. */
final class FieldSets {
    /** Members of the root and of metadata that nobody owns. */
    static final Set<String> UNOWNED_ROOT = Set.of("apiVersion", "kind");

    static final Set<String> UNOWNED_METADATA = Set.of(
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "clusterName",
            "generation",
            "managedFields",
            "resourceVersion");

    private FieldSets() {}

    /** What applying the object claims: leaves, list items, and containers only where they are empty or free keys. */
    static ObjectNode claimedBy(ObjectNode object, Schema schema) {
        var claims = Json.object();
        for (var member : object.properties()) {
            var name = member.getKey();
            var structure = Granularity.member(schema, name);
            if (name.equals("metadata") && member.getValue() instanceof ObjectNode metadata) {
                var below = claimedBelow(metadata, structure, UNOWNED_METADATA);
                if (!below.isEmpty()) {
                    claims.set(Edges.member(name), below);
                }
            } else if (!UNOWNED_ROOT.contains(name)) {
                claims.set(Edges.member(name), claimed(member.getValue(), structure, false));
            }
        }
        return claims;
    }

    private static ObjectNode claimedBelow(ObjectNode object, Schema schema, Set<String> skipped) {
        var claims = Json.object();
        for (var member : object.properties()) {
            var name = member.getKey();
            if (!skipped.contains(name)) {
                claims.set(
                        Edges.member(name),
                        claimed(
                                member.getValue(),
                                Granularity.member(schema, name),
                                !Granularity.declares(schema, name)));
            }
        }
        return claims;
    }

    private static ObjectNode claimed(JsonNode value, Schema schema, boolean itself) {
        if (Granularity.isGranularObject(schema, value)) {
            return withSelf(claimedBelow((ObjectNode) value, schema, Set.of()), itself);
        }
        var list = Granularity.granularList(schema, value);
        return list == null ? Json.object() : withSelf(claimedItems((ArrayNode) value, list), itself);
    }

    private static ObjectNode claimedItems(ArrayNode array, ListOf list) {
        var claims = Json.object();
        var itemSchema = list.items().get();
        for (var item : array) {
            claims.set(Edges.item(list, item), claimed(item, itemSchema, true));
        }
        return claims;
    }

    /** Everything there is in a value that was added or removed: leaves and all containers. */
    static ObjectNode allOf(JsonNode value, Schema schema, boolean itself) {
        if (Granularity.isGranularObject(schema, value)) {
            var all = Json.object();
            for (var member : value.properties()) {
                var name = member.getKey();
                all.set(
                        Edges.member(name),
                        allOf(
                                member.getValue(),
                                Granularity.member(schema, name),
                                !Granularity.requires(schema, name)));
            }
            return withSelf(all, itself);
        }
        var list = Granularity.granularList(schema, value);
        if (list == null) {
            return Json.object();
        }
        var all = Json.object();
        Edges.items(list, (ArrayNode) value)
                .forEach((edge, item) -> all.set(edge, allOf(item, list.items().get(), true)));
        return withSelf(all, itself);
    }

    private static ObjectNode withSelf(ObjectNode fields, boolean itself) {
        if (itself && !fields.isEmpty()) {
            fields.putObject(FieldTrie.SELF);
        }
        return fields;
    }
}
