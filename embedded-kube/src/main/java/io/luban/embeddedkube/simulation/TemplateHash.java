package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The short text that tells pod templates apart. */
final class TemplateHash {
    private static final int LENGTH = 10;

    private TemplateHash() {}

    static String of(JsonNode template) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(Json.bytes(template));
            var text = new StringBuilder(LENGTH);
            for (int i = 0; i < LENGTH; i++) {
                text.append(Ids.SUFFIX_ALPHABET.charAt(Math.floorMod(digest[i], Ids.SUFFIX_ALPHABET.length())));
            }
            return text.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
