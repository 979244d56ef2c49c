package io.luban.kubecel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.expression.ValueType;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An object as a map of the language; of a struct only the declared members exist, under escaped names. */
final class TreeMap extends AbstractMap<String, Object> {
    static final ValueType.MapOf UNTYPED = new ValueType.MapOf(ValueType.ANY, Long.MAX_VALUE);

    private final ObjectNode object;
    private final ValueType type;

    TreeMap(ObjectNode object, ValueType type) {
        this.object = object;
        this.type = type;
    }

    @Override
    public boolean containsKey(Object key) {
        return find(key) != null;
    }

    @Override
    public @Nullable Object get(Object key) {
        var node = find(key);
        return node == null ? null : TreeValues.of(node, typeOf((String) key));
    }

    private @Nullable JsonNode find(Object key) {
        if (!(key instanceof String name)) {
            return null;
        }
        if (!(type instanceof ValueType.Struct struct)) {
            return object.get(name);
        }
        var member = FieldNames.unescaped(name);
        return struct.fields().containsKey(member) ? object.get(member) : null;
    }

    private ValueType typeOf(String key) {
        return switch (type) {
            case ValueType.MapOf map -> map.values();
            case ValueType.Struct struct -> struct.fields().getOrDefault(FieldNames.unescaped(key), ValueType.ANY);
            default -> ValueType.ANY;
        };
    }

    @Override
    public int size() {
        return type instanceof ValueType.Struct ? entrySet().size() : object.size();
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        var entries = new LinkedHashMap<String, Object>();
        for (var member : object.properties()) {
            if (!(type instanceof ValueType.Struct struct)) {
                entries.put(member.getKey(), TreeValues.of(member.getValue(), typeOf(member.getKey())));
            } else if (struct.fields().containsKey(member.getKey())) {
                var escaped = FieldNames.escaped(member.getKey());
                entries.put(escaped, TreeValues.of(member.getValue(), typeOf(escaped)));
            }
        }
        return entries.entrySet();
    }
}
