package io.luban.embeddedkube.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ApiException;
import java.util.Locale;

/**
 * The body of a deletion. A member that is not what it should be is refused rather than passed over: a precondition that
 * nobody reads would let the wrong object go.
 */
final class DeletionBody {
    private DeletionBody() {}

    /** The options that the body is; throws 400. */
    static ObjectNode of(JsonNode body) {
        if (!(body instanceof ObjectNode options)) {
            throw mismatch(body, "", "v1.DeleteOptions");
        }
        var kind = options.path("kind").asText("");
        if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
            throw ApiException.badRequest(
                    "the body of a deletion is a DeleteOptions object, got kind \"" + kind + "\"");
        }
        require(
                options,
                "gracePeriodSeconds",
                options.path("gracePeriodSeconds").isIntegralNumber(),
                "int64");
        require(options, "orphanDependents", options.path("orphanDependents").isBoolean(), "bool");
        require(options, "propagationPolicy", options.path("propagationPolicy").isTextual(), "string");
        require(options, "dryRun", options.path("dryRun").isArray(), "[]string");
        var preconditions = options.path("preconditions");
        require(options, "preconditions", preconditions.isObject(), "v1.Preconditions");
        for (var member : new String[] {"uid", "resourceVersion"}) {
            var value = preconditions.path(member);
            if (isGiven(value) && !value.isTextual()) {
                throw mismatch(value, ".preconditions." + member, "string");
            }
        }
        return options;
    }

    private static void require(ObjectNode options, String member, boolean fits, String wanted) {
        if (!fits && isGiven(options.path(member))) {
            throw mismatch(options.path(member), "." + member, wanted);
        }
    }

    private static boolean isGiven(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    private static ApiException mismatch(JsonNode value, String field, String wanted) {
        return ApiException.badRequest("json: cannot unmarshal %s into Go struct field DeleteOptions%s of type %s"
                .formatted(value.getNodeType().name().toLowerCase(Locale.ROOT), field, wanted));
    }
}
