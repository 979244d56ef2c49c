package io.luban.extensionformat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Another extension that one needs or can use.
 *
 * @param name its name
 * @param version constraint its version must satisfy
 * @param required whether it must be installed
 * @param type {@code extension} unless stated otherwise
 */
public record ExternalDependency(String name, String version, boolean required, String type) {
    /** Reads an entry of {@code externalDependencies}. */
    public static ExternalDependency from(JsonNode entry) {
        return new ExternalDependency(
                entry.path("name").asText(""),
                entry.path("version").asText(""),
                entry.path("required").asBoolean(false),
                entry.path("type").asText("extension"));
    }
}
