package io.luban.kubeschemas;

import com.google.protobuf.Descriptors.Descriptor;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How protobuf names, OpenAPI names, model class names and JSON member names relate. */
final class Names {
    private static final String PROTO_ROOT = "k8s.io.";

    /** API groups whose name is more than the last word of their package. */
    private static final Map<String, String> GROUPS = Map.ofEntries(
            Map.entry("core", ""),
            Map.entry("admissionregistration", "admissionregistration.k8s.io"),
            Map.entry("apiextensions", "apiextensions.k8s.io"),
            Map.entry("apiregistration", "apiregistration.k8s.io"),
            Map.entry("authentication", "authentication.k8s.io"),
            Map.entry("authorization", "authorization.k8s.io"),
            Map.entry("certificates", "certificates.k8s.io"),
            Map.entry("coordination", "coordination.k8s.io"),
            Map.entry("discovery", "discovery.k8s.io"),
            Map.entry("events", "events.k8s.io"),
            Map.entry("flowcontrol", "flowcontrol.apiserver.k8s.io"),
            Map.entry("networking", "networking.k8s.io"),
            Map.entry("node", "node.k8s.io"),
            Map.entry("rbac", "rbac.authorization.k8s.io"),
            Map.entry("scheduling", "scheduling.k8s.io"),
            Map.entry("storage", "storage.k8s.io"));

    private static final Map<String, String> RENAMED = Map.of(
            "core.v1.BoundObjectReference.uID", "uid",
            "authentication.v1.BoundObjectReference.uID", "uid",
            "networking.v1.IngressClassParametersReference.aPIGroup", "apiGroup",
            "v1.JSONSchemaProps.ref", "$ref",
            "v1.JSONSchemaProps.schema", "$schema");

    private Names() {}

    /** {@code io.k8s.api.apps.v1.Deployment}. */
    static String openApi(Descriptor message) {
        var name = message.getFullName();
        return name.startsWith(PROTO_ROOT)
                ? "io.k8s."
                        + name.substring(PROTO_ROOT.length())
                                .replace("apiextensions_apiserver", "apiextensions-apiserver")
                : name;
    }

    /** Class names under which the model of a type may be found, best first. */
    static List<String> models(String openApiName) {
        var parts = openApiName.split("\\.", -1);
        var name = parts[parts.length - 1];
        var version = capitalized(parts[parts.length - 2]);
        var group = capitalized(parts[parts.length - 3]);
        return List.of(group + version + name, version + name);
    }

    /** API group of a type. */
    static String group(String openApiName) {
        var parts = openApiName.split("\\.", -1);
        var word = parts[parts.length - 3];
        return GROUPS.getOrDefault(word, word);
    }

    /** API version of a type. */
    static String version(String openApiName) {
        var parts = openApiName.split("\\.", -1);
        return parts[parts.length - 2];
    }

    /** Last word of the name. */
    static String simple(String openApiName) {
        return openApiName.substring(openApiName.lastIndexOf('.') + 1);
    }

    /** JSON name of a protobuf field. */
    static String json(String openApiName, String field) {
        for (var entry : RENAMED.entrySet()) {
            if ((openApiName + "." + field).endsWith("." + entry.getKey())) {
                return entry.getValue();
            }
        }
        if (field.startsWith("xKubernetes")) {
            return field.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        }
        return field.substring(0, 1).toLowerCase(Locale.ROOT) + field.substring(1);
    }

    private static String capitalized(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
