package io.luban.controller.executor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Marks every object an extension's chart writes with the extension's name, whatever the chart itself says. Done on the
 * wire and not in the manifest, so that hooks are marked too and the label is there when the object is admitted.
 */
final class LabelInjection {
    static final String LABEL = "kubesphere.io/extension-ref";

    private static final String RELEASE_SECRET = "helm.sh/release.v1";
    private static final Set<String> REVIEW_GROUPS = Set.of("authorization.k8s.io", "authentication.k8s.io");

    private final String extension;

    LabelInjection(String extension) {
        this.extension = extension;
    }

    /** The body to send instead of {@code body}; the same array when nothing has to change. */
    byte[] apply(String method, ObjectPath path, String contentType, byte[] body) {
        if (body.length == 0 || !isWritten(method, path) || !isReadable(method, contentType)) {
            return body;
        }
        try {
            if (parse(contentType, body) instanceof ObjectNode object && !isReleaseSecret(object)) {
                object.withObject("/metadata/labels").put(LABEL, extension);
                return Json.bytes(object);
            }
        } catch (ParseException | UnsupportedOperationException e) {
            // the API server knows better how to complain about a malformed body
            return body;
        }
        return body;
    }

    private static boolean isWritten(String method, ObjectPath path) {
        boolean writes = "POST".equals(method) || "PUT".equals(method) || "PATCH".equals(method);
        return writes && path.isObject() && !"events".equals(path.resource()) && !REVIEW_GROUPS.contains(path.group());
    }

    private static boolean isReadable(String method, String contentType) {
        var type = contentType.toLowerCase(Locale.ROOT);
        if ("PATCH".equals(method)) {
            return type.startsWith("application/merge-patch+json")
                    || type.startsWith("application/strategic-merge-patch+json")
                    || type.startsWith("application/apply-patch+yaml");
        }
        return type.isEmpty() || type.startsWith("application/json") || type.startsWith("application/yaml");
    }

    private static Object parse(String contentType, byte[] body) {
        return contentType.contains("yaml") ? Yaml.parse(new String(body, StandardCharsets.UTF_8)) : Json.parse(body);
    }

    private static boolean isReleaseSecret(ObjectNode object) {
        return RELEASE_SECRET.equals(object.path("type").asText(""));
    }
}
