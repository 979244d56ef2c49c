package io.luban.embeddedkube.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.operation.StandardOperations;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.operation.WriteOptions.FieldValidation;
import io.luban.embeddedkube.operation.Written;
import io.luban.embeddedkube.patch.JsonPatch;
import io.luban.embeddedkube.patch.MergePatch;
import io.luban.embeddedkube.patch.StrategicMergePatch;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.ParseException;
import io.luban.model.StatusCause;
import io.luban.model.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Answers patches of all four types. */
final class PatchVerb {
    private static final String JSON = "application/json-patch+json";
    private static final String MERGE = "application/merge-patch+json";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final String APPLY = "application/apply-patch+yaml";

    private final StandardOperations operations;
    private final WriteVerbs writes;
    private final RequestBody bodies;

    PatchVerb(StandardOperations operations, WriteVerbs writes, RequestBody bodies) {
        this.operations = operations;
        this.writes = writes;
        this.bodies = bodies;
    }

    Reply patch(ResourceCall call) {
        var choice = WriteVerbs.single(call);
        var mediaType = RequestBody.mediaType(call.request());
        checkMediaType(call, mediaType);
        OptionsReader.checkPatch(call.request(), mediaType.equals(APPLY));
        var options = OptionsReader.write(call.request(), "PatchOptions", call.remarks());
        var bytes = bodies.bytes(call.request());
        var duplicates = new ArrayList<String>();
        var patch = mediaType.equals(APPLY) ? yaml(bytes, duplicates::add) : parse(bytes, duplicates::add);
        checkDuplicates(duplicates, mediaType, options);
        var written = mediaType.equals(APPLY)
                ? apply(call, patch, options)
                : operations.modified(call.user(), call.type(), call.target(), change(call, mediaType, patch), options);
        return WriteVerbs.answer(call, choice, written);
    }

    private static void checkMediaType(ResourceCall call, String mediaType) {
        switch (mediaType) {
            case JSON, MERGE, APPLY -> {
                return;
            }
            case STRATEGIC -> {
                if (call.type().custom()) {
                    throw ApiException.unsupportedMediaType(
                            "the body of the request was in an unknown format - accepted media types include: "
                                    + String.join(", ", JSON, MERGE, APPLY));
                }
            }
            default -> throw ApiException.generic(415, "UnsupportedMediaType", "415: Unsupported Media Type");
        }
    }

    private static UnaryOperator<ObjectNode> change(ResourceCall call, String mediaType, JsonNode patch) {
        return switch (mediaType) {
            case JSON -> object -> requireObject(JsonPatch.apply(object, patch));
            case MERGE -> object -> MergePatch.apply(object, patch);
            default ->
                object -> StrategicMergePatch.apply(object, patch, call.type().schema());
        };
    }

    private static void checkDuplicates(List<String> duplicates, String mediaType, WriteOptions options) {
        if (options.fieldValidation() == FieldValidation.WARN) {
            duplicates.forEach(options.warning());
        }
        if (duplicates.isEmpty() || options.fieldValidation() != FieldValidation.STRICT) {
            return;
        }
        if (mediaType.equals(APPLY)) {
            throw ApiException.badRequest(
                    "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  "
                            + String.join("\n  ", duplicates));
        }
        var problem =
                StatusCause.invalid("patch", "<object>", "strict decoding error: " + String.join(", ", duplicates));
        throw ApiException.invalid("", "", "", List.of(problem));
    }

    private Written apply(ResourceCall call, JsonNode patch, WriteOptions options) {
        writes.requireCreatable(call);
        if (patch instanceof ObjectNode object) {
            return operations.applied(call.user(), call.type(), call.target(), object, options);
        }
        throw ApiException.badRequest("error decoding patch: an apply configuration must be an object");
    }

    private static JsonNode yaml(byte[] bytes, Consumer<String> duplicate) {
        try {
            // JSON is YAML, but its own parser is faster and keeps numbers exactly.
            return bytes.length > 0 && bytes[0] == '{'
                    ? RequestBody.json(bytes, duplicate)
                    : Yaml.parseReportingDuplicates(RequestBody.text(bytes), duplicate);
        } catch (ParseException e) {
            throw ApiException.badRequest("error decoding YAML: " + e.getMessage());
        }
    }

    private static JsonNode parse(byte[] bytes, Consumer<String> duplicate) {
        try {
            return RequestBody.json(bytes, duplicate);
        } catch (ParseException e) {
            throw ApiException.badRequest("error decoding patch: " + e.getMessage());
        }
    }

    private static ObjectNode requireObject(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw ApiException.badRequest("the patch leaves no object behind");
    }
}
