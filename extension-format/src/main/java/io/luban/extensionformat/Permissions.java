package io.luban.extensionformat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.util.List;

/**
 * The rights an extension asks for in {@code permissions.yaml}.
 *
 * @param clusterRules rules of all ClusterRole documents
 * @param rules rules of all Role documents, valid in the extension's own namespace
 */
public record Permissions(ArrayNode clusterRules, ArrayNode rules) {
    /** Name of the file in a package. */
    public static final String FILE = "permissions.yaml";

    /** No rights. */
    public static Permissions none() {
        return new Permissions(Json.array(), Json.array());
    }

    /** Reads the file; throws {@link ParseException} naming the document that cannot be understood. */
    public static Permissions parse(String yaml) {
        var permissions = none();
        int number = 0;
        for (var document : documents(yaml)) {
            number++;
            if (document.isNull()) {
                // nothing but comments between two lines of dashes
                continue;
            }
            if (!document.isObject()) {
                throw new ParseException(
                        "permissions.yaml: document %d: expected a Role or ClusterRole".formatted(number));
            }
            // Other kinds have always been passed over.
            switch (document.path("kind").asText("")) {
                case "ClusterRole" -> permissions.clusterRules.addAll(rules(document, number));
                case "Role" -> permissions.rules.addAll(rules(document, number));
                default -> {}
            }
        }
        return permissions;
    }

    private static List<JsonNode> documents(String yaml) {
        try {
            return Yaml.parseAll(yaml);
        } catch (ParseException e) {
            throw new ParseException("permissions.yaml: " + e.getMessage());
        }
    }

    /** Whether the extension asks for every verb on every resource of every group. */
    public boolean isUnlimited() {
        for (var rule : clusterRules) {
            if (names(rule, "verbs", "*") && names(rule, "resources", "*") && names(rule, "apiGroups", "*")) {
                return true;
            }
        }
        return false;
    }

    private static ArrayNode rules(JsonNode document, int number) {
        var rules = document.path("rules");
        if (rules.isMissingNode() || rules.isNull()) {
            return Json.array();
        }
        if (!(rules instanceof ArrayNode list)) {
            throw new ParseException("permissions.yaml: document %d: rules must be a list".formatted(number));
        }
        for (var rule : list) {
            if (!rule.path("verbs").isArray()) {
                throw new ParseException(
                        "permissions.yaml: document %d: every rule needs a list of verbs".formatted(number));
            }
        }
        return list;
    }

    private static boolean names(JsonNode rule, String field, String value) {
        for (var item : rule.path(field)) {
            if (item.asText().equals(value)) {
                return true;
            }
        }
        return false;
    }
}
