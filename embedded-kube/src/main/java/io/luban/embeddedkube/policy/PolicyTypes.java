package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.expression.ValueType;
import io.luban.embeddedkube.expression.ValueType.Kind;
import io.luban.embeddedkube.expression.ValueType.ListKind;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.tree.Trees;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The types of the objects that a policy names, for its type check. */
final class PolicyTypes {
    private static final int MOST_KINDS = 10;

    private final Registry registry;

    PolicyTypes(Registry registry) {
        this.registry = registry;
    }

    /** Types by {@code group/version, Kind=kind}; rules with wildcards name nothing. */
    Map<String, ValueType> of(JsonNode constraints) {
        var types = new LinkedHashMap<String, ValueType>();
        for (var rule : constraints.path("resourceRules")) {
            for (var group : Trees.items(rule.path("apiGroups"))) {
                for (var version : Trees.items(rule.path("apiVersions"))) {
                    for (var resource : Trees.items(rule.path("resources"))) {
                        registry.find(group, version, resource)
                                .filter(type -> types.size() < MOST_KINDS)
                                .ifPresent(type -> types.put(
                                        type.kind().apiVersion() + ", Kind="
                                                + type.kind().kind(),
                                        type(type.schema(), new LinkedHashSet<>(), "object")));
                    }
                }
            }
        }
        return types;
    }

    private static ValueType type(Schema schema, Set<String> around, String name) {
        return switch (schema) {
            case Schema.Struct struct -> struct(struct, around, name);
            case Schema.MapOf map ->
                new ValueType.MapOf(type(map.values().get(), around, name + ".@elem"), Long.MAX_VALUE);
            case Schema.ListOf list ->
                new ValueType.ListOf(
                        type(list.items().get(), around, name + ".@idx"), Long.MAX_VALUE, ListKind.ATOMIC, list.keys());
            case Schema.Scalar scalar -> new ValueType.Scalar(kind(scalar), Long.MAX_VALUE);
            case Schema.Any any -> ValueType.ANY;
        };
    }

    private static ValueType struct(Schema.Struct struct, Set<String> around, String name) {
        var typeName = struct.typeName().isEmpty() ? name : struct.typeName();
        if (struct.preservesUnknown() || !around.add(typeName)) {
            return ValueType.ANY;
        }
        var fields = new LinkedHashMap<String, ValueType>();
        struct.fields()
                .forEach((member, field) ->
                        fields.put(member, type(field.schema().get(), around, name + "." + member)));
        around.remove(typeName);
        return new ValueType.Struct("selfType." + typeName, fields);
    }

    private static Kind kind(Schema.Scalar scalar) {
        return switch (scalar.type()) {
            case STRING ->
                switch (scalar.format()) {
                    case "date-time" -> Kind.TIMESTAMP;
                    case "byte" -> Kind.BYTES;
                    default -> Kind.STRING;
                };
            case INTEGER -> Kind.INT;
            case NUMBER -> Kind.DOUBLE;
            case BOOLEAN -> Kind.BOOL;
            case INT_OR_STRING -> Kind.ANY;
        };
    }
}
