package io.luban.extensionformat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.model.Json;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A packaged chart in ConfigMaps. One that fits lies under {@value #KEY}; a larger one is cut into pieces under {@code
 * chart.tgz.000}, {@code chart.tgz.001} … of the ConfigMap and of further ones named after it.
 */
public final class ChartData {
    /** Key of the whole chart. */
    public static final String KEY = "chart.tgz";

    /** Annotation of the first ConfigMap with the number of pieces. */
    public static final String PARTS = "kubesphere.io/chart-parts";

    private static final int MAX_PARTS = 64;
    private static final String CUT_MARK = ".";
    /** A ConfigMap holds at most 1 MiB; the object around the bytes needs a little of it. */
    private static final int MAX_PIECE = 1024 * 1024 - 4096;

    private ChartData() {}

    /** The ConfigMaps for a chart, one unless it is too large. */
    public static List<ObjectNode> split(byte[] packed, String name, String namespace) {
        int parts = Math.max(1, (packed.length + MAX_PIECE - 1) / MAX_PIECE);
        if (parts > MAX_PARTS) {
            throw new ArchiveException(
                    "packaged chart of %d bytes is too large to be kept in ConfigMaps".formatted(packed.length));
        }
        if (parts == 1) {
            return List.of(configMap(name, namespace, KEY, packed));
        }
        var maps = new ArrayList<ObjectNode>();
        for (int part = 0; part < parts; part++) {
            int from = part * MAX_PIECE;
            var piece = Arrays.copyOfRange(packed, from, Math.min(packed.length, from + MAX_PIECE));
            maps.add(configMap(partName(name, part), namespace, partKey(KEY, part), piece));
        }
        ((ObjectNode) maps.getFirst().path("metadata")).putObject("annotations").put(PARTS, Integer.toString(parts));
        return maps;
    }

    /**
     * Puts a chart together.
     *
     * @param first the ConfigMap that the ExtensionVersion names
     * @param key the key it names
     * @param further finds another ConfigMap of the same namespace by name
     * @return empty when the ConfigMap has nothing under the key or a piece is missing
     */
    public static Optional<byte[]> join(JsonNode first, String key, Function<String, Optional<JsonNode>> further) {
        var whole = first.path("binaryData").path(key);
        if (whole.isTextual()) {
            return Optional.of(decode(whole));
        }
        int parts = first.path("metadata").path("annotations").path(PARTS).asInt(0);
        var name = first.path("metadata").path("name").asText("");
        var joined = new ByteArrayOutputStream();
        for (int part = 0; part < Math.min(parts, MAX_PARTS); part++) {
            var map = part == 0 ? Optional.of(first) : further.apply(partName(name, part));
            var piece = map.map(found -> found.path("binaryData")).orElse(Json.object());
            var value = piece.path(partKey(key, part));
            if (!value.isTextual()) {
                return Optional.empty();
            }
            joined.writeBytes(decode(value));
        }
        return parts > 0 ? Optional.of(joined.toByteArray()) : Optional.empty();
    }

    /** Names of all ConfigMaps of a chart, found by the first one. */
    public static List<String> names(JsonNode first) {
        var name = first.path("metadata").path("name").asText("");
        int parts = first.path("metadata").path("annotations").path(PARTS).asInt(1);
        var names = new ArrayList<String>();
        for (int part = 0; part < Math.clamp(parts, 1, MAX_PARTS); part++) {
            names.add(partName(name, part));
        }
        return names;
    }

    /** SHA-256 of the packaged chart in lower-case hex. */
    public static String digest(byte[] packed) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(packed));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] decode(JsonNode value) {
        try {
            return Base64.getDecoder().decode(value.asText());
        } catch (IllegalArgumentException e) {
            throw new ArchiveException("chart data is not base64: " + e.getMessage());
        }
    }

    private static String partName(String name, int part) {
        return part == 0 ? name : String.format(Locale.ROOT, "%s-%03d", name, part);
    }

    private static String partKey(String key, int part) {
        return key + CUT_MARK + String.format(Locale.ROOT, "%03d", part);
    }

    private static ObjectNode configMap(String name, String namespace, String key, byte[] data) {
        var map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").put("name", name).put("namespace", namespace);
        map.putObject("binaryData").put(key, Base64.getEncoder().encodeToString(data));
        return map;
    }
}
