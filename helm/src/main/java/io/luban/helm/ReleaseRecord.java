package io.luban.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * One revision of a release as Helm stores it in a Secret of type {@value #SECRET_TYPE}.
 *
 * @param release everything Helm keeps: name, version, info, chart, config, manifest, hooks
 */
public record ReleaseRecord(ObjectNode release) {
    /** Type of the Secrets. */
    public static final String SECRET_TYPE = "helm.sh/release.v1";

    private static final List<String> PENDING = List.of("pending-install", "pending-upgrade", "pending-rollback");
    private static final int MAX_BYTES = 64 * 1024 * 1024;
    private static final String RELEASE = "release";

    /** Reads a release Secret; throws {@link ParseException} when it does not hold a release. */
    public static ReleaseRecord decode(JsonNode secret) {
        var name = secret.path("metadata").path("name").asText("");
        try {
            var stored =
                    Base64.getDecoder().decode(secret.path("data").path(RELEASE).asText(""));
            var packed = Base64.getDecoder().decode(stored);
            return new ReleaseRecord(Json.parseObject(isGzip(packed) ? unpack(packed) : packed));
        } catch (IOException | IllegalArgumentException e) {
            throw new ParseException("release secret %s: %s".formatted(name, e.getMessage()));
        }
    }

    /** Number of the revision. */
    public int revision() {
        return release.path("version").asInt(0);
    }

    /** Helm's word for the state, such as {@code deployed}. */
    public String status() {
        return release.at("/info/status").asText("unknown");
    }

    /** What Helm says about the state. */
    public String description() {
        return release.at("/info/description").asText("");
    }

    /** Version of the chart that was deployed. */
    public String chartVersion() {
        return release.at("/chart/metadata/version").asText("");
    }

    /** Whether an operation was under way when this was written. */
    public boolean isPending() {
        return PENDING.contains(status());
    }

    /** Whether this is the revision in force. */
    public boolean isDeployed() {
        return "deployed".equals(status());
    }

    /** The objects of the release as multi-document YAML. */
    public String manifest() {
        return release.path("manifest").asText("");
    }

    /** The Secret with another status and description, in its content as well as in its label. */
    public static ObjectNode withStatus(ObjectNode secret, String status, String description) {
        var changed = decode(secret).release.deepCopy();
        ((ObjectNode) changed.path("info")).put("status", status).put("description", description);
        var copy = secret.deepCopy();
        var encoded = Base64.getEncoder().encode(pack(Json.bytes(changed)));
        ((ObjectNode) copy.path("data")).put(RELEASE, Base64.getEncoder().encodeToString(encoded));
        copy.withObject("/metadata/labels").put("status", status);
        return copy;
    }

    private static boolean isGzip(byte[] bytes) {
        return bytes.length > 2 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b && bytes[2] == 8;
    }

    private static byte[] unpack(byte[] packed) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            var bytes = in.readNBytes(MAX_BYTES);
            if (in.read() >= 0) {
                throw new IOException("release is larger than " + MAX_BYTES + " bytes");
            }
            return bytes;
        }
    }

    private static byte[] pack(byte[] bytes) {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
