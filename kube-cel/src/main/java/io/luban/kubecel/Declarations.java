package io.luban.kubecel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import io.luban.embeddedkube.expression.ValueType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Types of the server as types of the language; complete before the first type check asks. */
@SuppressWarnings("Immutable")
final class Declarations implements CelTypeProvider {
    private final Map<String, StructType> structs = new LinkedHashMap<>();

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(structs.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
        return Optional.ofNullable(structs.get(name));
    }

    CelType declare(ValueType type) {
        return switch (type) {
            case ValueType.Scalar scalar -> scalar(scalar.kind());
            case ValueType.ListOf list -> ListType.create(declare(list.items()));
            case ValueType.MapOf map -> MapType.create(SimpleType.STRING, declare(map.values()));
            case ValueType.Maybe maybe -> OptionalType.create(declare(maybe.type()));
            case ValueType.Struct struct -> struct(struct);
            case ValueType.Results results -> results(results);
        };
    }

    private static CelType scalar(ValueType.Kind kind) {
        return switch (kind) {
            case ANY -> SimpleType.DYN;
            case BOOL -> SimpleType.BOOL;
            case INT -> SimpleType.INT;
            case DOUBLE -> SimpleType.DOUBLE;
            case STRING -> SimpleType.STRING;
            case BYTES -> SimpleType.BYTES;
            case TIMESTAMP -> SimpleType.TIMESTAMP;
            case DURATION -> SimpleType.DURATION;
            case ACCESS -> KubeTypes.AUTHORIZER;
            case RESOURCE_ACCESS -> KubeTypes.RESOURCE_CHECK;
        };
    }

    private CelType struct(ValueType.Struct struct) {
        var name = struct.name();
        if (!structs.containsKey(name)) {
            var fields = new LinkedHashMap<String, CelType>();
            // Registered before its members are, for types that contain themselves.
            put(name, fields);
            struct.fields().forEach((member, type) -> {
                if (FieldNames.isAccessible(member)) {
                    fields.put(FieldNames.escaped(member), declare(type));
                }
            });
            put(name, fields);
        }
        return StructTypeReference.create(name);
    }

    private CelType results(ValueType.Results results) {
        var fields = new LinkedHashMap<String, CelType>();
        results.expressions().forEach((name, expression) -> {
            if (expression instanceof CelExpression compiled) {
                fields.put(name, compiled.type());
                structs.putAll(compiled.declarations().structs);
            }
        });
        put("kubernetes.variables", fields);
        return StructTypeReference.create("kubernetes.variables");
    }

    private void put(String name, Map<String, CelType> fields) {
        structs.put(
                name,
                StructType.create(
                        name, ImmutableSet.copyOf(fields.keySet()), field -> Optional.ofNullable(fields.get(field))));
    }
}
