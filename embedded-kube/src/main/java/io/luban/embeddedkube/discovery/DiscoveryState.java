package io.luban.embeddedkube.discovery;

import io.luban.embeddedkube.registry.Registry;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The documents of one state of the registry, each encoded when it is first asked for. */
final class DiscoveryState {
    /** A document with the entity tag that stands for its content. */
    record Tagged(byte[] body, String etag) {}

    private final long generation;
    private final ServedGroups groups;
    private final Map<String, Tagged> aggregated = new ConcurrentHashMap<>();
    private final Map<String, byte[]> legacy = new ConcurrentHashMap<>();

    private DiscoveryState(long generation, ServedGroups groups) {
        this.generation = generation;
        this.groups = groups;
    }

    static DiscoveryState of(Registry registry) {
        // The generation is read first: if resources change in between, the next request builds anew.
        long generation = registry.generation();
        return new DiscoveryState(generation, ServedGroups.of(registry.all()));
    }

    long generation() {
        return generation;
    }

    Tagged aggregated(String path, String version) {
        return aggregated.computeIfAbsent(path + " " + version, key -> {
            var body = Json.bytes(AggregatedDocument.of(groups, path.equals("/api"), version));
            return new Tagged(body, etag(body));
        });
    }

    byte[] groupList() {
        return legacy.computeIfAbsent("/apis", key -> Json.bytes(LegacyDocuments.groupList(groups)));
    }

    /** Document of a group or group version by its path. */
    Optional<byte[]> legacy(String path) {
        var known = legacy.get(path);
        if (known == null) {
            known = LegacyDocuments.at(groups, path).map(Json::bytes).orElse(null);
            if (known != null) {
                legacy.put(path, known);
            }
        }
        return Optional.ofNullable(known);
    }

    private static String etag(byte[] body) {
        try {
            var digest = MessageDigest.getInstance("SHA-512").digest(body);
            return "\"" + HexFormat.of().withUpperCase().formatHex(digest) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String storageHash(String group, String version, String kind) {
        try {
            var text = ServedGroups.groupVersion(group, version) + "/" + kind;
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return java.util.Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(digest, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
