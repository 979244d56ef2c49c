package io.luban.apiserver.kapis.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ApiException;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The label that says to which workspace an object belongs. */
final class WorkspaceLabel {
    static final String NAME = "kubesphere.io/workspace";
    private static final String ESCAPED = "/metadata/labels/kubesphere.io~1workspace";
    /** What the label goes with. */
    private static final Set<String> HOLDERS = Set.of("", "/metadata", "/metadata/labels", ESCAPED);

    private WorkspaceLabel() {}

    /**
     * The patch, in whichever form. Throws 400 for one that would take the object to another workspace, where the caller may
     * do nothing.
     */
    static JsonNode checked(String workspace, byte[] patch) {
        JsonNode tree;
        try {
            tree = Yaml.parse(new String(patch, StandardCharsets.UTF_8));
        } catch (ParseException e) {
            throw ApiException.badRequest("the patch cannot be read: " + e.getMessage());
        }
        var labels = tree.at("/metadata/labels");
        boolean takesAway = labels.isNull() || drops(tree) || drops(tree.path("metadata")) || drops(labels);
        if (takesAway || (labels.has(NAME) && !isSame(workspace, labels))) {
            throw refusal(workspace);
        }
        if (tree.isArray()) {
            tree.forEach(operation -> checkOperation(workspace, operation));
        }
        return tree;
    }

    /** Writes it into an object. */
    static void set(ObjectNode object, String workspace) {
        object.withObject("/metadata").withObject("/labels").put(NAME, workspace);
    }

    /** Whether a strategic merge patch says here that what it does not name has to go. */
    private static boolean drops(JsonNode part) {
        return part.has("$patch") || part.has("$retainKeys");
    }

    /** One step of a JSON patch (RFC 6902): what replaces the labels must bring this one along. */
    private static void checkOperation(String workspace, JsonNode operation) {
        var word = operation.path("op").asText("");
        var value = operation.path("value");
        boolean writes = word.equals("add") || word.equals("replace");
        boolean keeps = switch (operation.path("path").asText("")) {
            case ESCAPED -> writes && value.asText("").equals(workspace);
            case "/metadata/labels" -> writes && isSame(workspace, value);
            case "/metadata" -> writes && isSame(workspace, value.path("labels"));
            case "" -> writes && isSame(workspace, value.at("/metadata/labels"));
            default -> true;
        };
        boolean takesAway =
                word.equals("move") && HOLDERS.contains(operation.path("from").asText(""));
        if (takesAway || (!keeps && !word.equals("test"))) {
            throw refusal(workspace);
        }
    }

    private static boolean isSame(String workspace, JsonNode labels) {
        return labels.path(NAME).asText("").equals(workspace);
    }

    private static ApiException refusal(String workspace) {
        return ApiException.badRequest(
                "the path names the workspace %s: the label %s cannot become another one".formatted(workspace, NAME));
    }
}
