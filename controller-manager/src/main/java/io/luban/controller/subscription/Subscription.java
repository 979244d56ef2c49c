package io.luban.controller.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Subscription as it was read.
 *
 * @param object the wire form
 */
record Subscription(ObjectNode object) {
    static final String FINALIZER = "subscription.extensions.kubesphere.io";

    /** Who was there first owns the plan. */
    static final Comparator<Subscription> BY_AGE = Comparator.comparing(
                    (Subscription subscription) -> subscription.text("/metadata/creationTimestamp"))
            .thenComparing(Subscription::name);

    String text(String pointer) {
        return object.at(pointer).asText("");
    }

    String name() {
        return text("/metadata/name");
    }

    String extension() {
        return text("/spec/extension/name");
    }

    String version() {
        return text("/spec/extension/version");
    }

    String targetNamespace() {
        return text("/spec/targetNamespace");
    }

    JsonNode enabled() {
        return object.at("/spec/enabled");
    }

    Config config() {
        return new Config(object.at("/spec/config"));
    }

    boolean isBeingDeleted() {
        return object.at("/metadata/deletionTimestamp").isTextual();
    }

    boolean hasFinalizer() {
        for (var finalizer : object.at("/metadata/finalizers")) {
            if (finalizer.asText().equals(FINALIZER)) {
                return true;
            }
        }
        return false;
    }

    /** Whether its spec, as it is now, has been brought into a plan. */
    boolean isPushed() {
        return mark(object.path("spec")).equals(text("/status/observedSpec"));
    }

    /** Whether any spec of it has ever been brought into a plan. */
    boolean wasEverPushed() {
        return !text("/status/observedSpec").isEmpty();
    }

    /**
     * Tells one spec from another. The generation does not: it counts changes of the status as well, since this kind has
     * no status of its own.
     */
    static String mark(JsonNode spec) {
        try {
            var bytes = sorted(spec).toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Object sorted(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        Map<String, Object> fields = new TreeMap<>();
        object.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
        return fields;
    }
}
