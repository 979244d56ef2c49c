package io.luban.apiserver.jsbundle;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.apiserver.content.StoredContent;
import io.luban.apiserver.endpoint.Endpoint;
import io.luban.apiserver.resilience.ResiliencePolicy;
import io.luban.model.ObjectNames;
import io.luban.model.ParseException;
import java.util.Base64;
import java.util.Optional;

/** Where the bytes of a bundle or asset come from. */
sealed interface BundleSource {
    /** Bytes in the object itself. */
    record Raw(StoredContent content) implements BundleSource {}

    /**
     * An entry of a ConfigMap or Secret.
     *
     * @param plural {@code configmaps} or {@code secrets}
     */
    record Entry(String plural, String namespace, String name, String key) implements BundleSource {
        String path() {
            return "/api/v1/namespaces/%s/%s/%s".formatted(namespace, plural, name);
        }
    }

    /** Another server, and what requests to it are subject to. */
    record Remote(Endpoint endpoint, ResiliencePolicy policy) implements BundleSource {}

    /** Nothing is named. */
    record Missing() implements BundleSource {}

    /** What is named cannot be used. */
    record Broken(String problem) implements BundleSource {}

    /** The source of a bundle's main script. */
    static BundleSource ofSpec(JsonNode spec) {
        var raw = spec.path("raw").asText("");
        return raw.isEmpty() ? of(spec.path("rawFrom")) : decoded(raw);
    }

    /** The source that an object with references or an endpoint names; the first one present counts. */
    static BundleSource of(JsonNode source) {
        if (source.hasNonNull("configMapKeyRef")) {
            return entry("configmaps", source.path("configMapKeyRef"));
        }
        if (source.hasNonNull("secretKeyRef")) {
            return entry("secrets", source.path("secretKeyRef"));
        }
        if (!Endpoint.isNamedIn(source)) {
            return new Missing();
        }
        try {
            return new Remote(Endpoint.parse(source), ResiliencePolicy.parse(source));
        } catch (ParseException e) {
            return new Broken(Optional.ofNullable(e.getMessage()).orElse(""));
        }
    }

    private static BundleSource entry(String plural, JsonNode reference) {
        var namespace = reference.path("namespace").asText("");
        var name = reference.path("name").asText("");
        var key = reference.path("key").asText("");
        boolean isNamed = ObjectNames.label(namespace).isEmpty()
                && ObjectNames.subdomain(name).isEmpty()
                && !key.isEmpty();
        return isNamed
                ? new Entry(plural, namespace, name, key)
                : new Broken("the reference to %s needs a namespace, a name and a key".formatted(plural));
    }

    /** Older charts encode the script twice; a script that consists of base64 letters only does not exist. */
    private static BundleSource decoded(String raw) {
        try {
            var once = Base64.getMimeDecoder().decode(raw);
            return new Raw(
                    StoredContent.of(isBase64(once) ? Base64.getMimeDecoder().decode(once) : once));
        } catch (IllegalArgumentException e) {
            return new Broken("spec.raw is not base64");
        }
    }

    private static boolean isBase64(byte[] bytes) {
        int letters = 0;
        for (byte b : bytes) {
            boolean letter = (b >= 'A' && b <= 'Z')
                    || (b >= 'a' && b <= 'z')
                    || (b >= '0' && b <= '9')
                    || b == '+'
                    || b == '/'
                    || b == '=';
            if (letter) {
                letters++;
            } else if (b != '\n' && b != '\r') {
                return false;
            }
        }
        return letters > 0 && letters % 4 == 0;
    }
}
