package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.TypeDefinition.Items;
import io.luban.embeddedkube.schema.TypeDefinition.Leaf;
import io.luban.embeddedkube.schema.TypeDefinition.LeafType;
import io.luban.embeddedkube.schema.TypeDefinition.Member;
import io.luban.embeddedkube.schema.TypeDefinition.Reference;
import io.luban.embeddedkube.schema.TypeDefinition.Shape;
import io.luban.embeddedkube.schema.TypeDefinition.Values;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that follow from the types: required members and enumerations. Metadata is checked elsewhere; a status is the
 * business of whoever writes it.
 */
final class StructureCheck {
    private static final Set<String> UNCHECKED_MEMBERS = Set.of("apiVersion", "kind", "metadata", "status");

    /** Members that the published schema calls required although Kubernetes takes them empty. */
    private static final Set<String> MAY_BE_EMPTY = Set.of(
            "EndpointSlice.endpoints",
            "LimitRangeSpec.limits",
            "CSINodeSpec.drivers",
            "TokenRequestSpec.audiences",
            "HTTPHeader.value",
            "Sysctl.value",
            "PolicyRule.verbs",
            "Event.eventTime",
            "RoleRef.apiGroup");

    private static final Map<String, String> DETAILS = Map.of("HTTPIngressPath.pathType", "pathType must be specified");

    private final SchemaLibrary library;
    private final String root;

    StructureCheck(SchemaLibrary library, String root) {
        this.library = library;
        this.root = root;
    }

    void check(ObjectNode object, Findings findings) {
        var type = library.definition(root);
        for (var member : library.jsonMembers(type)) {
            if (!UNCHECKED_MEMBERS.contains(member.name())) {
                member(object, member, type, member.name(), findings);
            }
        }
    }

    private void struct(JsonNode object, TypeDefinition type, String path, Findings findings) {
        for (var member : library.jsonMembers(type)) {
            member(object, member, type, path + "." + member.name(), findings);
        }
    }

    private void member(JsonNode object, Member member, TypeDefinition owner, String path, Findings findings) {
        var value = object.path(member.name());
        var key = owner.simpleName() + "." + member.name();
        if (member.facts().required() && !MAY_BE_EMPTY.contains(key) && isAbsent(value, member.shape())) {
            findings.required(path, DETAILS.getOrDefault(key, ""));
            return;
        }
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        var allowed = Enumerations.valuesOf(key);
        if (!allowed.isEmpty()) {
            enumeration(value, allowed, path, findings);
        }
        value(value, member.shape(), path, findings);
    }

    private static void enumeration(JsonNode value, List<String> allowed, String path, Findings findings) {
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                enumeration(value.get(i), allowed, path + "[" + i + "]", findings);
            }
        } else if (!allowed.contains(value.asText())) {
            findings.notSupported(path, value.asText(), allowed);
        }
    }

    private static boolean isAbsent(JsonNode value, Shape shape) {
        return switch (shape) {
            case Reference reference -> !value.isObject();
            case Items items -> value.isEmpty();
            case Values values -> value.isEmpty();
            case Leaf leaf -> isAbsentLeaf(value, leaf.type());
        };
    }

    /** A number or boolean that is not there is zero. */
    private static boolean isAbsentLeaf(JsonNode value, LeafType type) {
        return switch (type) {
            case STRING, BYTES, TIME, MICRO_TIME -> value.asText().isEmpty() || value.isNull();
            case INT_OR_STRING -> value.isMissingNode();
            default -> false;
        };
    }

    private void value(JsonNode value, Shape shape, String path, Findings findings) {
        switch (shape) {
            case Leaf leaf -> {}
            case Reference reference -> struct(value, library.definition(reference.type()), path, findings);
            case Items items -> {
                if (!(items.shape() instanceof Leaf)) {
                    for (int i = 0; i < value.size(); i++) {
                        value(value.get(i), items.shape(), path + "[" + i + "]", findings);
                    }
                }
            }
            case Values values -> {
                if (!(values.shape() instanceof Leaf)) {
                    value.properties()
                            .forEach(entry -> value(
                                    entry.getValue(), values.shape(), path + "[" + entry.getKey() + "]", findings));
                }
            }
        }
    }
}
