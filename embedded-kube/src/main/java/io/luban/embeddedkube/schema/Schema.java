package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Structure of a value, for built-in kinds and custom resources alike: what canonical form, strategic merge patch,
 * server-side apply, protobuf decoding and OpenAPI need to know. Types may refer to each other in cycles, hence the
 * suppliers.
 */
public sealed interface Schema {
    /** The structure of anything: members and items are not known. */
    Schema ANY = new Any();

    /**
     * An object with known members.
     *
     * @param typeName full name such as {@code io.k8s.api.apps.v1.DeploymentSpec}, empty for anonymous ones
     * @param fields members in schema order
     * @param atomic server-side apply treats it as one leaf
     * @param preservesUnknown unknown members are kept
     */
    record Struct(
            String typeName, String description, Map<String, Field> fields, boolean atomic, boolean preservesUnknown)
            implements Schema {}

    /** An object with free keys. */
    record MapOf(Supplier<Schema> values, boolean atomic) implements Schema {}

    /**
     * An array.
     *
     * @param keys members that identify an item when {@code type} is {@code MAP}
     * @param keyDefaults values that stand in for absent keys
     */
    record ListOf(Supplier<Schema> items, ListType type, List<String> keys, Map<String, JsonNode> keyDefaults)
            implements Schema {}

    /**
     * A leaf.
     *
     * @param format OpenAPI format such as {@code int32}, {@code date-time}, {@code byte}, {@code int-or-string}; empty
     *     when there is none
     */
    record Scalar(ScalarType type, String format) implements Schema {}

    /** Free-form value: objects are granular, arrays atomic. */
    record Any() implements Schema {}

    /** How server-side apply merges an array. */
    enum ListType {
        ATOMIC,
        SET,
        MAP
    }

    /** Kinds of leaves. */
    enum ScalarType {
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        INT_OR_STRING
    }

    /**
     * A member of a struct.
     *
     * @param required must be present
     * @param keepsZero an explicit zero, false or empty string is a value of its own (a pointer in the Go types)
     * @param patch how strategic merge patch treats the member
     * @param defaultValue value of an absent member, as shown in OpenAPI
     */
    record Field(
            String name,
            String description,
            Supplier<Schema> schema,
            boolean required,
            boolean keepsZero,
            PatchStrategy patch,
            Optional<JsonNode> defaultValue) {}

    /**
     * Strategic merge patch rules of a member.
     *
     * @param mergeKey key of a merged list of objects, empty for lists of scalars or when not merged
     */
    record PatchStrategy(boolean merge, boolean replace, boolean retainKeys, String mergeKey) {
        /** Objects are merged, lists replaced. */
        public static final PatchStrategy DEFAULT = new PatchStrategy(false, false, false, "");
    }
}
