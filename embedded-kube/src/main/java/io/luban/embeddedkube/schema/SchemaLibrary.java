package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.schema.Schema.Field;
import io.luban.embeddedkube.schema.Schema.ListType;
import io.luban.embeddedkube.schema.Schema.PatchStrategy;
import io.luban.embeddedkube.schema.Schema.Scalar;
import io.luban.embeddedkube.schema.Schema.ScalarType;
import io.luban.embeddedkube.schema.TypeDefinition.Items;
import io.luban.embeddedkube.schema.TypeDefinition.Leaf;
import io.luban.embeddedkube.schema.TypeDefinition.LeafType;
import io.luban.embeddedkube.schema.TypeDefinition.Member;
import io.luban.embeddedkube.schema.TypeDefinition.Reference;
import io.luban.embeddedkube.schema.TypeDefinition.Shape;
import io.luban.embeddedkube.schema.TypeDefinition.Values;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The types of the built-in kinds. Loading indexes the data file; each type is decoded when it is first asked for and
 * kept. Safe for use from any thread.
 */
public final class SchemaLibrary {
    /** Format of a resource quantity, which OpenAPI knows as a plain string. */
    public static final String QUANTITY = "quantity";

    /** Format of a time with microseconds, {@code date-time} in OpenAPI. */
    public static final String MICRO_TIME = "micro-time";

    /** Name of the type of {@code metadata}. */
    public static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private static final String META_V1 = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private final SchemaData data;
    private final Map<String, TypeDefinition> definitions = new ConcurrentHashMap<>();
    private final Map<String, Schema.Struct> schemas = new ConcurrentHashMap<>();
    private final Map<String, JsonMembers> members = new ConcurrentHashMap<>();

    private SchemaLibrary(SchemaData data) {
        this.data = data;
    }

    /** Reads the index of the data file; a few milliseconds. */
    public static SchemaLibrary load() {
        return new SchemaLibrary(SchemaData.load());
    }

    /** Every kind whose type is known, options types included. */
    public Set<GroupVersionKind> kinds() {
        return data.kinds().keySet();
    }

    /** Structure of a kind. */
    public Optional<Schema.Struct> kind(GroupVersionKind kind) {
        return typeName(kind).map(this::type);
    }

    /**
     * Full type name of a kind. Options such as {@code DeleteOptions} are the same type in every group-version, as the
     * clients send them with the group-version of the resource.
     */
    public Optional<String> typeName(GroupVersionKind kind) {
        var name = data.kinds().get(kind);
        if (name == null && kind.kind().endsWith("Options")) {
            name = data.read(META_V1 + kind.kind()).map(TypeDefinition::name).orElse(null);
        }
        return Optional.ofNullable(name);
    }

    /** Structure of a type by full name; the name must be known. */
    public Schema.Struct type(String name) {
        var known = schemas.get(name);
        if (known == null) {
            known = struct(definition(name));
            schemas.put(name, known);
        }
        return known;
    }

    /** The type as written down by the build, inline members not yet moved up; the name must be known. */
    public TypeDefinition definition(String name) {
        var known = definitions.get(name);
        if (known == null) {
            known = data.read(name).orElseThrow(() -> new IllegalArgumentException("no built-in type " + name));
            definitions.put(name, known);
        }
        return known;
    }

    /** Members as they stand in JSON, in schema order: those of inline members included, the inline ones left out. */
    public List<Member> jsonMembers(TypeDefinition type) {
        return members(type).inOrder();
    }

    /** Whether the type has a member of that name in JSON. */
    boolean hasJsonMember(TypeDefinition type, String name) {
        return members(type).names().contains(name);
    }

    private record JsonMembers(List<Member> inOrder, Set<String> names) {}

    private JsonMembers members(TypeDefinition type) {
        var known = members.get(type.name());
        if (known == null) {
            var inOrder = new ArrayList<Member>();
            collectMembers(type, inOrder);
            var names = inOrder.stream().map(Member::name).collect(Collectors.toUnmodifiableSet());
            known = new JsonMembers(List.copyOf(inOrder), names);
            members.put(type.name(), known);
        }
        return known;
    }

    private void collectMembers(TypeDefinition type, List<Member> target) {
        for (var member : type.members()) {
            if (member.facts().inline() && member.shape() instanceof Reference reference) {
                collectMembers(definition(reference.type()), target);
            } else {
                target.add(member);
            }
        }
    }

    private Schema.Struct struct(TypeDefinition type) {
        var fields = new LinkedHashMap<String, Field>();
        for (var member : jsonMembers(type)) {
            fields.put(member.name(), field(member));
        }
        return new Schema.Struct(type.name(), type.description(), fields, type.atomic(), false);
    }

    private Field field(Member member) {
        var facts = member.facts();
        var plain = !facts.merge() && !facts.replace() && !facts.retainKeys();
        return new Field(
                member.name(),
                member.description().isEmpty() ? typeDescription(member.shape()) : member.description(),
                schema(member.shape()),
                facts.required(),
                facts.keepsZero(),
                plain
                        ? PatchStrategy.DEFAULT
                        : new PatchStrategy(facts.merge(), facts.replace(), facts.retainKeys(), member.mergeKey()),
                json(member.defaultJson()));
    }

    /** The published models do not describe members that are objects; what the type says is better than nothing. */
    private String typeDescription(Shape shape) {
        return switch (shape) {
            case Leaf leaf -> "";
            case Reference reference -> definition(reference.type()).description();
            case Items items -> typeDescription(items.shape());
            case Values values -> typeDescription(values.shape());
        };
    }

    private Supplier<Schema> schema(Shape shape) {
        return switch (shape) {
            case Leaf leaf -> {
                var schema = leaf(leaf.type());
                yield () -> schema;
            }
            case Reference reference -> () -> type(reference.type());
            case Values values -> {
                var schema = new Schema.MapOf(schema(values.shape()), values.atomic());
                yield () -> schema;
            }
            case Items items -> {
                var schema = list(items);
                yield () -> schema;
            }
        };
    }

    private Schema list(Items items) {
        var defaults = new LinkedHashMap<String, JsonNode>();
        items.keyDefaults().forEach((key, text) -> defaults.put(key, Json.parse(text)));
        return new Schema.ListOf(schema(items.shape()), items.listType(), items.keys(), defaults);
    }

    private static Schema leaf(LeafType type) {
        return switch (type) {
            case STRING -> new Scalar(ScalarType.STRING, "");
            case INT32 -> new Scalar(ScalarType.INTEGER, "int32");
            case INT64 -> new Scalar(ScalarType.INTEGER, "int64");
            case BOOL -> new Scalar(ScalarType.BOOLEAN, "");
            case DOUBLE -> new Scalar(ScalarType.NUMBER, "double");
            case BYTES -> new Scalar(ScalarType.STRING, "byte");
            case QUANTITY -> new Scalar(ScalarType.STRING, QUANTITY);
            case TIME -> new Scalar(ScalarType.STRING, "date-time");
            case MICRO_TIME -> new Scalar(ScalarType.STRING, MICRO_TIME);
            case INT_OR_STRING -> new Scalar(ScalarType.INT_OR_STRING, "int-or-string");
            case STRINGS -> {
                Schema text = new Scalar(ScalarType.STRING, "");
                yield new Schema.ListOf(() -> text, ListType.ATOMIC, List.of(), Map.of());
            }
            case RAW_JSON, SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_STRINGS -> Schema.ANY;
        };
    }

    private static Optional<JsonNode> json(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Json.parse(text));
    }
}
