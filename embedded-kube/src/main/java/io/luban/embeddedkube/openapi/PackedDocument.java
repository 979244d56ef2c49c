package io.luban.embeddedkube.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** An encoded document kept compressed: the documents are megabytes of repetition, and most clients take gzip. */
record PackedDocument(byte[] packed, String hash) {
    static PackedDocument of(JsonNode document) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes, 1 << 14)) {
            var plain = Json.bytes(document);
            gzip.write(plain);
            gzip.finish();
            return new PackedDocument(bytes.toByteArray(), hash(plain));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] unpacked() {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed), 1 << 14)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
