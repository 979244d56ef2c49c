package io.luban.embeddedkube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ApiException;
import io.luban.model.Json;

/** Merge patch (RFC 7386): members are merged, null removes, everything else replaces. */
public final class MergePatch {
    private MergePatch() {}

    /** Changes {@code target} in place and answers it. A patch that is no object is a 400. */
    public static ObjectNode apply(ObjectNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode members)) {
            throw ApiException.badRequest("error decoding patch: a merge patch must be a JSON object");
        }
        merge(target, members);
        return target;
    }

    private static void merge(ObjectNode target, ObjectNode patch) {
        for (var member : patch.properties()) {
            var value = member.getValue();
            if (value.isNull()) {
                target.remove(member.getKey());
            } else if (value instanceof ObjectNode object) {
                if (!(target.get(member.getKey()) instanceof ObjectNode)) {
                    target.set(member.getKey(), Json.object());
                }
                merge((ObjectNode) target.get(member.getKey()), object);
            } else {
                target.set(member.getKey(), value);
            }
        }
    }
}
