package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import io.luban.model.ObjectNames;
import io.luban.model.StatusCause;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** Finds every problem of a definition. */
final class DefinitionChecks {
    private static final String APPROVAL = "api-approved.kubernetes.io";
    private static final List<String> SCOPES = List.of("Cluster", "Namespaced");
    private static final int LARGEST_SCHEMA = 1024 * 1024;

    private final Definition definition;
    private final List<StatusCause> problems;

    private DefinitionChecks(Definition definition, List<StatusCause> problems) {
        this.definition = definition;
        this.problems = problems;
    }

    static void check(Definition definition, List<StatusCause> problems) {
        var checks = new DefinitionChecks(definition, problems);
        checks.name();
        checks.group();
        checks.scope();
        checks.names();
        checks.versions();
        checks.schemas();
        ConversionChecks.check(definition.spec().path("conversion"), problems);
        if (Trees.at(definition.spec(), "preserveUnknownFields").asBoolean()) {
            problems.add(StatusCause.invalid(
                    "spec.preserveUnknownFields",
                    definition.spec().path("preserveUnknownFields"),
                    "must be false, use x-kubernetes-preserve-unknown-fields in the schema instead"));
        }
    }

    private void name() {
        var wanted = Trees.text(definition.names(), "plural") + "." + definition.group();
        if (!definition.name().equals(wanted)) {
            problems.add(StatusCause.invalid(
                    "metadata.name", definition.name(), "must be spec.names.plural+\".\"+spec.group"));
        }
    }

    private void group() {
        var group = definition.group();
        if (group.isEmpty()) {
            problems.add(StatusCause.required("spec.group", ""));
            return;
        }
        ObjectNames.subdomain(group).forEach(text -> problems.add(StatusCause.invalid("spec.group", group, text)));
        if (!group.contains(".")) {
            problems.add(StatusCause.invalid("spec.group", group, "should be a domain with at least one dot"));
        }
        boolean isProtected = group.equals("k8s.io")
                || group.endsWith(".k8s.io")
                || group.equals("kubernetes.io")
                || group.endsWith(".kubernetes.io");
        if (isProtected && Trees.annotation(definition.object(), APPROVAL).isEmpty()) {
            problems.add(StatusCause.required(
                    "metadata.annotations[" + APPROVAL + "]",
                    "protected groups must have approval annotation \"" + APPROVAL
                            + "\", see https://github.com/kubernetes/enhancements/pull/1111"));
        }
    }

    private void scope() {
        var scope = Trees.text(definition.spec(), "scope");
        if (scope.isEmpty()) {
            problems.add(StatusCause.required("spec.scope", ""));
        } else if (!SCOPES.contains(scope)) {
            problems.add(StatusCause.notSupported("spec.scope", scope, SCOPES));
        }
    }

    private void names() {
        var names = definition.names();
        label("plural", Trees.text(names, "plural"), true);
        label("singular", Trees.text(names, "singular"), false);
        label("kind", Trees.text(names, "kind").toLowerCase(Locale.ROOT), true);
        label("listKind", Trees.text(names, "listKind").toLowerCase(Locale.ROOT), false);
        list("shortNames", names.path("shortNames"));
        list("categories", names.path("categories"));
        var kind = Trees.text(names, "kind");
        if (!kind.isEmpty() && kind.equals(Trees.text(names, "listKind"))) {
            problems.add(StatusCause.invalid("spec.names.listKind", kind, "kind and listKind may not be the same"));
        }
    }

    private void label(String member, String text, boolean isRequired) {
        var field = "spec.names." + member;
        if (!text.isEmpty()) {
            ObjectNames.label1035(text).forEach(problem -> problems.add(StatusCause.invalid(field, text, problem)));
        } else if (isRequired) {
            problems.add(StatusCause.required(field, ""));
        }
    }

    private void list(String member, JsonNode names) {
        for (int i = 0; i < names.size(); i++) {
            label(member + "[" + i + "]", names.get(i).asText(), true);
        }
    }

    private void versions() {
        var versions = definition.versions();
        var names = new HashSet<String>();
        int stored = 0;
        boolean isUnique = true;
        for (int i = 0; i < versions.size(); i++) {
            var name = Trees.text(versions.get(i), "name");
            var field = "spec.versions[" + i + "]";
            ObjectNames.label1035(name).forEach(text -> problems.add(StatusCause.invalid(field + ".name", name, text)));
            isUnique &= names.add(name);
            stored += versions.get(i).path("storage").asBoolean() ? 1 : 0;
            VersionChecks.check(versions.get(i), field, problems);
        }
        var all = definition.spec().path("versions");
        if (versions.isEmpty()) {
            problems.add(StatusCause.required("spec.versions", "must have at least one version"));
        } else if (stored != 1) {
            problems.add(StatusCause.invalid(
                    "spec.versions", namesOf(all), "must have exactly one version marked as storage version"));
        }
        if (!isUnique) {
            problems.add(StatusCause.invalid("spec.versions", namesOf(all), "must contain unique version names"));
        }
    }

    private static String namesOf(JsonNode versions) {
        return String.join(
                ", ", versions.findValuesAsText("name").stream().limit(10).toList());
    }

    private void schemas() {
        var versions = definition.versions();
        boolean areSame = versions.stream()
                        .map(version -> version.path("schema"))
                        .distinct()
                        .count()
                == 1;
        for (int i = 0; i < versions.size(); i++) {
            var schema = versions.get(i).path("schema").path("openAPIV3Schema");
            var field = areSame ? "spec.validation.openAPIV3Schema" : "spec.versions[" + i + "].schema.openAPIV3Schema";
            if (!schema.isObject()) {
                problems.add(StatusCause.required(
                        "spec.versions[" + i + "].schema.openAPIV3Schema", "schemas are required"));
            } else if (!areSame || i == 0) {
                if (Json.bytes(schema).length > LARGEST_SCHEMA) {
                    problems.add(StatusCause.tooLong(field, LARGEST_SCHEMA));
                }
                StructuralRules.check(schema, field, problems);
            }
        }
    }
}
