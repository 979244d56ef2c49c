package io.luban.embeddedkube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.Status;

/** JSON patch (RFC 6902). All operations succeed or the patch fails, telling which operation did and why. */
public final class JsonPatch {
    /** Most operations of one patch. */
    public static final int MAX_OPERATIONS = 10_000;

    private static final int MAX_COPIED_BYTES = 3 * 1024 * 1024;

    private JsonNode document;
    private long copiedBytes;

    private JsonPatch(JsonNode document) {
        this.document = document;
    }

    /**
     * Answers the patched document. {@code target} may be changed, also when the patch fails, so it must be the caller's
     * own copy. Operations that are not an array are a 400, too many a 413, a failing one a 422.
     */
    public static JsonNode apply(JsonNode target, JsonNode operations) {
        if (!(operations instanceof ArrayNode list)) {
            throw ApiException.badRequest("error decoding patch: a JSON patch must be an array of operations");
        }
        if (list.size() > MAX_OPERATIONS) {
            throw ApiException.tooLarge(
                    "Request entity too large: The allowed maximum operations in a JSON patch is %d, got %d"
                            .formatted(MAX_OPERATIONS, list.size()));
        }
        var patch = new JsonPatch(target);
        for (int i = 0; i < list.size(); i++) {
            patch.perform(i, list.get(i));
        }
        return patch.document;
    }

    private void perform(int index, JsonNode operation) {
        try {
            perform(operation);
        } catch (PatchFailure e) {
            var text = "the server rejected our request due to an error in our request: operation %d (%s %s): %s"
                    .formatted(
                            index,
                            operation.path("op").asText(),
                            operation.path("path").asText(),
                            e.getMessage());
            throw new ApiException(Status.of(422, "Invalid", text));
        }
    }

    private void perform(JsonNode operation) {
        if (!operation.isObject()) {
            throw new PatchFailure("not an object");
        }
        var path = pointer(operation, "path");
        switch (operation.path("op").asText()) {
            case "add" -> add(path, value(operation));
            case "remove" -> remove(path);
            case "replace" -> replace(path, value(operation));
            case "test" -> test(path, operation.path("value"));
            case "copy" -> add(path, copied(pointer(operation, "from").read(document)));
            case "move" -> move(pointer(operation, "from"), path);
            default -> throw new PatchFailure("unknown operation");
        }
    }

    private static Pointer pointer(JsonNode operation, String member) {
        var text = operation.path(member);
        if (!text.isTextual()) {
            throw new PatchFailure("'" + member + "' is missing or not a string");
        }
        return Pointer.parse(text.textValue());
    }

    private static JsonNode value(JsonNode operation) {
        var value = operation.get("value");
        if (value == null) {
            throw new PatchFailure("'value' is missing");
        }
        return value.deepCopy();
    }

    private JsonNode copied(JsonNode source) {
        // small patches must not grow a document without bound by copying it into itself
        copiedBytes += Json.bytes(source).length;
        if (copiedBytes > MAX_COPIED_BYTES) {
            throw ApiException.tooLarge("Request entity too large: the copy operations of a JSON patch may not add more"
                    + " than " + MAX_COPIED_BYTES + " bytes");
        }
        return source.deepCopy();
    }

    private void move(Pointer from, Pointer path) {
        if (path.isBelow(from)) {
            throw new PatchFailure("a value cannot be moved into itself");
        }
        var value = from.read(document);
        remove(from);
        add(path, value);
    }

    private void test(Pointer path, JsonNode expected) {
        var actual = path.find(document);
        boolean same = actual.isMissingNode()
                ? expected.isNull() || expected.isMissingNode()
                : Json.sameValue(actual, expected);
        if (!same) {
            throw new PatchFailure("testing value failed");
        }
    }

    private void add(Pointer path, JsonNode value) {
        if (path.isRoot()) {
            document = value;
            return;
        }
        switch (path.parent().read(document)) {
            case ObjectNode object -> object.set(path.last(), value);
            case ArrayNode array -> array.insert(path.insertPosition(array.size()), value);
            default -> throw new PatchFailure("the parent of the path is neither an object nor an array");
        }
    }

    private void replace(Pointer path, JsonNode value) {
        if (path.isRoot()) {
            document = value;
            return;
        }
        path.read(document);
        switch (path.parent().read(document)) {
            case ObjectNode object -> object.set(path.last(), value);
            case ArrayNode array -> array.set(path.position(array.size()), value);
            default -> throw new PatchFailure("the parent of the path is neither an object nor an array");
        }
    }

    private void remove(Pointer path) {
        if (path.isRoot()) {
            throw new PatchFailure("the whole document cannot be removed");
        }
        path.read(document);
        switch (path.parent().read(document)) {
            case ObjectNode object -> object.remove(path.last());
            case ArrayNode array -> array.remove(path.position(array.size()));
            default -> throw new PatchFailure("the parent of the path is neither an object nor an array");
        }
    }
}
