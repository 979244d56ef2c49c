package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Defaults and rules of the kind CustomResourceDefinition beyond those that its type implies. */
final class DefinitionRules {
    private static final int HTTPS = 443;

    private DefinitionRules() {}

    /** Fills in names and the conversion strategy, in place. */
    static void fill(ObjectNode object) {
        if (!(object.get("spec") instanceof ObjectNode spec)) {
            return;
        }
        var conversion = Trees.ensure(spec, "conversion");
        if (!conversion.has("strategy")) {
            conversion.put("strategy", "None");
        }
        if (conversion.path("webhook").path("clientConfig").path("service") instanceof ObjectNode service
                && !service.has("port")) {
            service.put("port", HTTPS);
        }
        if (spec.get("names") instanceof ObjectNode names) {
            var kind = Trees.text(names, "kind");
            fill(names, "singular", kind.toLowerCase(Locale.ROOT));
            fill(names, "listKind", kind.isEmpty() ? "" : kind + "List");
        }
    }

    private static void fill(ObjectNode names, String member, String value) {
        if (Trees.text(names, member).isEmpty() && !value.isEmpty()) {
            names.put(member, value);
        }
    }

    /**
     * Refuses a definition that breaks a rule with a 422 naming every problem. One whose specification does not change is
     * let through, so that rules which came later keep nobody from deleting it.
     */
    static void require(ObjectNode object, Optional<ObjectNode> old, ExpressionSupport expressions) {
        var problems = new ArrayList<StatusCause>();
        boolean isSame = old.map(before -> before.path("spec").equals(object.path("spec")))
                .orElse(false);
        if (!isSame) {
            DefinitionChecks.check(new Definition(object), problems);
            if (problems.isEmpty()) {
                SchemaExpressions.check(new Definition(object), expressions, problems);
            }
        }
        old.ifPresent(before -> checkChange(object, before, problems));
        if (!problems.isEmpty()) {
            throw ApiException.invalid(
                    Definition.RESOURCE.group(), "CustomResourceDefinition", Trees.name(object), problems);
        }
    }

    private static void checkChange(ObjectNode object, ObjectNode old, List<StatusCause> problems) {
        immutable(object, old, problems, "group");
        if (new Definition(old).isEstablished()) {
            immutable(object, old, problems, "scope");
            immutable(object, old, problems, "names", "plural");
            immutable(object, old, problems, "names", "kind");
        }
        var names = new Definition(object)
                .versions().stream().map(version -> Trees.text(version, "name")).toList();
        var stored = Trees.items(Trees.at(object, "status", "storedVersions"));
        for (int i = 0; i < stored.size(); i++) {
            if (!names.contains(stored.get(i))) {
                problems.add(StatusCause.invalid(
                        "status.storedVersions[" + i + "]", stored.get(i), "must appear in spec.versions"));
            }
        }
    }

    private static void immutable(ObjectNode object, ObjectNode old, List<StatusCause> problems, String... path) {
        JsonNode now = Trees.at(object.path("spec"), path);
        if (!now.equals(Trees.at(old.path("spec"), path))) {
            problems.add(StatusCause.invalid("spec." + String.join(".", path), now, "field is immutable"));
        }
    }
}
