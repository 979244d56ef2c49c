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
        return of(template, 0);
    }

    /** Another text for the same template after each time that the name made from it was taken. */
    static String of(JsonNode template, int collisions) {
        try {
            var hash = MessageDigest.getInstance("SHA-256");
            hash.update(Json.bytes(template));
            if (collisions > 0) {
                hash.update((byte) collisions);
            }
            var digest = hash.digest();
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
