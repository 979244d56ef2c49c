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
import io.luban.model.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

    private static final Map<String, String> DETAILS = Map.of(
            "HTTPIngressPath.pathType", "pathType must be specified",
            "Endpoint.addresses", "must contain at least 1 address",
            "MutatingWebhook.admissionReviewVersions", "must specify one of v1, v1beta1",
            "MutatingWebhook.sideEffects", "must specify one of None, NoneOnDryRun",
            "ValidatingWebhook.admissionReviewVersions", "must specify one of v1, v1beta1",
            "ValidatingWebhook.sideEffects", "must specify one of None, NoneOnDryRun");

    private final SchemaLibrary library;
    private final String root;
    private final Map<String, List<MemberCheck>> checks = new ConcurrentHashMap<>();

    StructureCheck(SchemaLibrary library, String root) {
        this.library = library;
        this.root = root;
    }

    /** What is asked of one member; {@code allowed} is empty when any value will do. */
    private record MemberCheck(String name, boolean isNeeded, String detail, List<String> allowed, Shape shape) {}

    void check(ObjectNode object, Findings findings) {
        var place = Place.root(unknown -> {});
        for (var check : checks(root)) {
            if (!UNCHECKED_MEMBERS.contains(check.name())) {
                member(object, check, place, findings);
            }
        }
    }

    private List<MemberCheck> checks(String type) {
        var known = checks.get(type);
        if (known == null) {
            var definition = library.definition(type);
            known = library.jsonMembers(definition).stream()
                    .map(member -> memberCheck(definition.simpleName() + "." + member.name(), member))
                    .filter(StructureCheck::matters)
                    .toList();
            checks.put(type, known);
        }
        return known;
    }

    private static MemberCheck memberCheck(String key, Member member) {
        return new MemberCheck(
                member.name(),
                member.facts().required() && !MAY_BE_EMPTY.contains(key),
                DETAILS.getOrDefault(key, ""),
                Enumerations.valuesOf(key),
                member.shape());
    }

    private static boolean matters(MemberCheck check) {
        return check.isNeeded() || !check.allowed().isEmpty() || !isLeaf(check.shape());
    }

    private static boolean isLeaf(Shape shape) {
        return switch (shape) {
            case Leaf leaf -> true;
            case Reference reference -> false;
            case Items items -> isLeaf(items.shape());
            case Values values -> isLeaf(values.shape());
        };
    }

    private void member(JsonNode object, MemberCheck check, Place parent, Findings findings) {
        var value = object.path(check.name());
        if (check.isNeeded() && isAbsent(value, check.shape())) {
            absent(check, parent.member(check.name()), findings);
            return;
        }
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        var place = parent.member(check.name());
        if (!check.allowed().isEmpty()) {
            enumeration(value, check.allowed(), place, findings);
        }
        if (!isLeaf(check.shape())) {
            value(value, check.shape(), place, findings);
        }
    }

    /** A structure that is missing counts as empty: what it needs is named, or itself when it needs nothing. */
    private void absent(MemberCheck check, Place place, Findings findings) {
        if (check.shape() instanceof Reference reference) {
            var needed = checks(reference.type()).stream()
                    .filter(MemberCheck::isNeeded)
                    .toList();
            if (!needed.isEmpty()) {
                needed.forEach(inner -> member(Json.object(), inner, place, findings));
                return;
            }
        }
        findings.required(place.toString(), check.detail());
    }

    private static void enumeration(JsonNode value, List<String> allowed, Place place, Findings findings) {
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                enumeration(value.get(i), allowed, place.item(i), findings);
            }
        } else if (!allowed.contains(value.asText())) {
            findings.notSupported(place.toString(), value.asText(), allowed);
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

    private void value(JsonNode value, Shape shape, Place place, Findings findings) {
        switch (shape) {
            case Leaf leaf -> {}
            case Reference reference -> {
                if (reference.type().endsWith(".meta.v1.LabelSelector")) {
                    SelectorValidation.check(value, place.toString(), findings);
                    return;
                }
                for (var check : checks(reference.type())) {
                    member(value, check, place, findings);
                }
            }
            case Items items -> {
                for (int i = 0; i < value.size(); i++) {
                    value(value.get(i), items.shape(), place.item(i), findings);
                }
            }
            case Values values -> {
                for (var entry : value.properties()) {
                    value(entry.getValue(), values.shape(), place.key(entry.getKey()), findings);
                }
            }
        }
    }
}
