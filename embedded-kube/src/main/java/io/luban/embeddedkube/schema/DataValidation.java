package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Rules of ConfigMaps and Secrets. */
final class DataValidation {
    private static final int MAXIMUM_BYTES = 1_048_576;
    private static final int MAXIMUM_KEY = 253;
    private static final String KEY_RULE =
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or"
                    + " 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
    private static final String ACCOUNT = "kubernetes.io/service-account.name";

    private DataValidation() {}

    static void configMap(ObjectNode object, Findings findings) {
        long size = 0;
        for (var entry : object.path("data").properties()) {
            key("data", entry.getKey(), findings);
            if (object.path("binaryData").has(entry.getKey())) {
                findings.invalid(
                        "data[" + entry.getKey() + "]", entry.getKey(), "duplicate of key present in binaryData");
            }
            size += entry.getValue().asText().getBytes(StandardCharsets.UTF_8).length;
        }
        for (var entry : object.path("binaryData").properties()) {
            key("binaryData", entry.getKey(), findings);
            size += decoded(entry.getValue()).length;
        }
        if (size > MAXIMUM_BYTES) {
            findings.tooLong("[]", MAXIMUM_BYTES);
        }
    }

    static void secret(ObjectNode object, Findings findings) {
        long size = 0;
        for (var entry : object.path("data").properties()) {
            key("data", entry.getKey(), findings);
            size += decoded(entry.getValue()).length;
        }
        if (size > MAXIMUM_BYTES) {
            findings.tooLong("data", MAXIMUM_BYTES);
        }
        content(object, findings);
    }

    private static void content(ObjectNode object, Findings findings) {
        var data = object.path("data");
        switch (object.path("type").asText()) {
            case "kubernetes.io/tls" -> needs(data, findings, "tls.crt", "tls.key");
            case "kubernetes.io/dockercfg" -> json(data, ".dockercfg", findings);
            case "kubernetes.io/dockerconfigjson" -> json(data, ".dockerconfigjson", findings);
            case "kubernetes.io/ssh-auth" -> needs(data, findings, "ssh-privatekey");
            case "kubernetes.io/basic-auth" -> {
                if (!data.has("username") && !data.has("password")) {
                    needs(data, findings, "username", "password");
                }
            }
            case "kubernetes.io/service-account-token" -> {
                if (object.path("metadata")
                        .path("annotations")
                        .path(ACCOUNT)
                        .asText()
                        .isEmpty()) {
                    findings.required("metadata.annotations[" + ACCOUNT + "]", "");
                }
            }
            default -> {}
        }
    }

    private static void needs(JsonNode data, Findings findings, String... keys) {
        for (var key : keys) {
            if (!data.has(key)) {
                findings.required("data[" + key + "]", "");
            }
        }
    }

    private static void json(JsonNode data, String key, Findings findings) {
        if (!data.has(key)) {
            findings.required("data[" + key + "]", "");
            return;
        }
        try {
            Json.parseObject(decoded(data.get(key)));
        } catch (ParseException e) {
            // The value itself is secret, so the message does not show it.
            findings.invalid("data[" + key + "]", "<secret contents redacted>", "not a JSON object");
        }
    }

    private static void key(String member, String key, Findings findings) {
        var path = member + "[" + key + "]";
        if (key.length() > MAXIMUM_KEY) {
            findings.invalid(path, key, "must be no more than " + MAXIMUM_KEY + " characters");
        }
        if (!key.matches("[-._a-zA-Z0-9]+")) {
            findings.invalid(path, key, KEY_RULE);
        } else if (key.equals(".") || key.startsWith("..")) {
            boolean isWhole = key.equals(".") || key.equals("..");
            findings.invalid(path, key, isWhole ? "must not be '" + key + "'" : "must not start with '..'");
        }
    }

    private static byte[] decoded(JsonNode value) {
        return Base64.getDecoder().decode(value.asText());
    }
}
