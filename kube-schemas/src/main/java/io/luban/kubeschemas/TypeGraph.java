package io.luban.kubeschemas;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.luban.kubeschemas.TypeData.Array;
import io.luban.kubeschemas.TypeData.Flag;
import io.luban.kubeschemas.TypeData.FreeMap;
import io.luban.kubeschemas.TypeData.Kind;
import io.luban.kubeschemas.TypeData.Leaf;
import io.luban.kubeschemas.TypeData.LeafType;
import io.luban.kubeschemas.TypeData.Member;
import io.luban.kubeschemas.TypeData.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Joins messages, models and tables. A member counts only when the model knows it too, because the messages are of a
 * newer Kubernetes than the one we speak.
 */
final class TypeGraph {
    private static final Map<String, LeafType> LEAVES = Map.ofEntries(
            Map.entry("k8s.io.apimachinery.pkg.api.resource.Quantity", LeafType.QUANTITY),
            Map.entry("k8s.io.apimachinery.pkg.apis.meta.v1.Time", LeafType.TIME),
            Map.entry("k8s.io.apimachinery.pkg.apis.meta.v1.MicroTime", LeafType.MICRO_TIME),
            Map.entry("k8s.io.apimachinery.pkg.apis.meta.v1.FieldsV1", LeafType.RAW_JSON),
            Map.entry("k8s.io.apimachinery.pkg.apis.meta.v1.Verbs", LeafType.STRINGS),
            Map.entry("k8s.io.apimachinery.pkg.runtime.RawExtension", LeafType.RAW_JSON),
            Map.entry("k8s.io.apimachinery.pkg.util.intstr.IntOrString", LeafType.INT_OR_STRING),
            Map.entry("k8s.io.api.authentication.v1.ExtraValue", LeafType.STRINGS),
            Map.entry("k8s.io.api.authorization.v1.ExtraValue", LeafType.STRINGS),
            Map.entry("k8s.io.api.certificates.v1.ExtraValue", LeafType.STRINGS),
            Map.entry(apiextensions("JSON"), LeafType.RAW_JSON),
            Map.entry(apiextensions("JSONSchemaPropsOrArray"), LeafType.SCHEMA_OR_ARRAY),
            Map.entry(apiextensions("JSONSchemaPropsOrBool"), LeafType.SCHEMA_OR_BOOL),
            Map.entry(apiextensions("JSONSchemaPropsOrStringArray"), LeafType.SCHEMA_OR_STRINGS));

    /** Types that travel in requests although they are no kind of their own. */
    private static final Set<String> OPTIONS =
            Set.of("DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions", "Status");

    private final Map<String, Descriptor> messages;
    private final Models models;
    private final Tables tables;
    private final Map<String, TypeData> types = new TreeMap<>();
    private final Map<String, Boolean> roots = new TreeMap<>();

    TypeGraph(Map<String, Descriptor> messages, Models models, Tables tables) {
        this.messages = messages;
        this.models = models;
        this.tables = tables;
    }

    /** Every type that a kind or an options type reaches. */
    Collection<TypeData> build() {
        for (var message : messages.values()) {
            var name = Names.openApi(message);
            if (isKind(name) || OPTIONS.contains(message.getName())) {
                roots.put(name, true);
                add(message);
            }
        }
        new RegistrationTypes(models, tables, name -> add(message(name)))
                .build()
                .forEach(type -> {
                    if (type.name().endsWith(".APIService")) {
                        roots.put(type.name(), true);
                    }
                    types.put(type.name(), type);
                });
        return types.values();
    }

    /** Names of the types that are kinds. */
    Set<String> roots() {
        return roots.keySet();
    }

    private boolean isKind(String name) {
        var simple = Names.simple(name);
        return !name.contains(".apimachinery.")
                && !simple.endsWith("List")
                && model(name)
                        .filter(model -> model.members().containsKey("kind")
                                && model.members().containsKey("apiVersion")
                                && model.members().containsKey("metadata"))
                        .isPresent();
    }

    private Optional<Models.Model> model(String name) {
        return Names.models(name).stream()
                .flatMap(candidate -> models.find(candidate).stream())
                .findFirst();
    }

    private Descriptor message(String openApiName) {
        return messages.values().stream()
                .filter(message -> Names.openApi(message).equals(openApiName))
                .findFirst()
                .orElseThrow();
    }

    private void add(Descriptor message) {
        var name = Names.openApi(message);
        if (types.containsKey(name)) {
            return;
        }
        types.put(name, new TypeData(name, "", false, List.of()));
        var model = model(name);
        var members = new ArrayList<Member>();
        if (roots.containsKey(name)) {
            members.add(typeMember(model, "apiVersion"));
            members.add(typeMember(model, "kind"));
        }
        for (var field : message.getFields()) {
            var json = Names.json(name, field.getName());
            boolean inline = tables.isInline(name, field.getName());
            if (inline || model.isEmpty() || model.get().members().containsKey(json)) {
                members.add(member(name, model, field, inline));
            }
        }
        types.put(
                name,
                new TypeData(name, model.map(Models.Model::description).orElse(""), tables.isAtomic(name), members));
    }

    private static Member typeMember(Optional<Models.Model> model, String json) {
        var description =
                model.map(found -> found.descriptions().getOrDefault(json, "")).orElse("");
        return new Member(json, 0, description, EnumSet.noneOf(Flag.class), "", "", new Leaf(LeafType.STRING));
    }

    private Member member(String type, Optional<Models.Model> model, FieldDescriptor field, boolean inline) {
        var json = Names.json(type, field.getName());
        var flags = EnumSet.noneOf(Flag.class);
        if (inline) {
            flags.add(Flag.INLINE);
        }
        boolean required =
                model.filter(found -> found.required().contains(json)).isPresent();
        return new MemberFacts(tables, type, json)
                .member(
                        field.getNumber(),
                        model.map(found -> found.descriptions().getOrDefault(json, ""))
                                .orElse(""),
                        required,
                        flags,
                        kind(type, json, field));
    }

    private Kind kind(String type, String json, FieldDescriptor field) {
        if (field.isMapField()) {
            var values = field.getMessageType().findFieldByName("value");
            return new FreeMap(single(values), tables.isAtomicMap(type, json));
        }
        return field.isRepeated() ? new Array(single(field), "", List.of(), new HashMap<>()) : single(field);
    }

    private Kind single(FieldDescriptor field) {
        return switch (field.getType()) {
            case STRING -> new Leaf(LeafType.STRING);
            case INT32 -> new Leaf(LeafType.INT32);
            case INT64 -> new Leaf(LeafType.INT64);
            case BOOL -> new Leaf(LeafType.BOOL);
            case DOUBLE -> new Leaf(LeafType.DOUBLE);
            case BYTES -> new Leaf(LeafType.BYTES);
            case MESSAGE -> reference(field.getMessageType());
            default -> throw new IllegalStateException(field.getFullName() + " has unexpected type " + field.getType());
        };
    }

    private Kind reference(Descriptor message) {
        var leaf = LEAVES.get(message.getFullName());
        if (leaf != null) {
            return new Leaf(leaf);
        }
        add(message);
        return new Reference(Names.openApi(message));
    }

    private static String apiextensions(String name) {
        return "k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1." + name;
    }
}
