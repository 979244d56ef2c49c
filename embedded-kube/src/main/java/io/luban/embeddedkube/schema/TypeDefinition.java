package io.luban.embeddedkube.schema;

import io.luban.embeddedkube.schema.Schema.ListType;
import java.util.List;
import java.util.Map;

/**
 * A built-in object type as the build wrote it down, protobuf field numbers included; {@link Schema} is the view for
 * everything that does not care about protobuf.
 *
 * @param name full name such as {@code io.k8s.api.apps.v1.DeploymentSpec}
 * @param atomic server-side apply treats it as one leaf
 */
public record TypeDefinition(String name, String description, boolean atomic, List<Member> members) {
    /** Copies the members. */
    public TypeDefinition {
        members = List.copyOf(members);
    }

    /** Name without its package. */
    public String simpleName() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /**
     * A member.
     *
     * @param name name in JSON
     * @param number protobuf field number, 0 when it does not travel in protobuf
     * @param facts yes-or-no facts
     * @param mergeKey key of a merged list, empty for none
     * @param defaultJson published default as JSON text, empty for none
     */
    public record Member(
            String name,
            int number,
            String description,
            Facts facts,
            String mergeKey,
            String defaultJson,
            Shape shape) {}

    /**
     * Yes-or-no facts about a member.
     *
     * @param required must be present
     * @param keepsZero an explicit zero is a value
     * @param inline only a message in protobuf; in JSON its members stand in the parent
     * @param always shown even when empty
     */
    public record Facts(
            boolean required,
            boolean keepsZero,
            boolean merge,
            boolean replace,
            boolean retainKeys,
            boolean inline,
            boolean always) {
        static Facts ofBits(int bits) {
            return new Facts(
                    (bits & 1) != 0,
                    (bits & 2) != 0,
                    (bits & 4) != 0,
                    (bits & 8) != 0,
                    (bits & 16) != 0,
                    (bits & 32) != 0,
                    (bits & 64) != 0);
        }
    }

    /** Structure of a value. */
    public sealed interface Shape {}

    /** A value without members. */
    public record Leaf(LeafType type) implements Shape {}

    /** An object of another type. */
    public record Reference(String type) implements Shape {}

    /** An array; {@code keyDefaults} are JSON texts. */
    public record Items(Shape shape, ListType listType, List<String> keys, Map<String, String> keyDefaults)
            implements Shape {}

    /** An object with free keys. */
    public record Values(Shape shape, boolean atomic) implements Shape {}

    /** Leaves, told apart by what they look like in JSON and in protobuf. */
    public enum LeafType {
        STRING('s', "string"),
        INT32('i', "int32"),
        INT64('l', "int64"),
        BOOL('b', "bool"),
        DOUBLE('d', "float64"),
        BYTES('x', "[]uint8"),
        QUANTITY('q', "resource.Quantity"),
        TIME('t', "v1.Time"),
        MICRO_TIME('m', "v1.MicroTime"),
        INT_OR_STRING('o', "intstr.IntOrString"),
        /** Any JSON value, carried as bytes. */
        RAW_JSON('r', "runtime.RawExtension"),
        /** An array of strings that is a message of its own. */
        STRINGS('v', "[]string"),
        /** A JSON schema or an array of them. */
        SCHEMA_OR_ARRAY('A', "v1.JSONSchemaPropsOrArray"),
        /** A JSON schema or a boolean. */
        SCHEMA_OR_BOOL('B', "v1.JSONSchemaPropsOrBool"),
        /** A JSON schema or an array of strings. */
        SCHEMA_OR_STRINGS('S', "v1.JSONSchemaPropsOrStringArray");

        private final char code;
        private final String goType;

        LeafType(char code, String goType) {
            this.code = code;
            this.goType = goType;
        }

        /** Name of the type in error messages. */
        public String goType() {
            return goType;
        }

        static LeafType ofCode(int code) {
            for (var type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            throw new IllegalStateException("schema data: unknown leaf " + code);
        }
    }
}
