package io.luban.embeddedkube.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.Registry;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The documents of one state of the registry, each encoded when it is first asked for. */
final class DiscoveryState {
    /** A document with the entity tag that stands for its content. */
    record Tagged(byte[] body, String etag) {}

    private static final List<String> ROOTS = List.of(
            "/.well-known/openid-configuration",
            "/api",
            "/apis",
            "/healthz",
            "/livez",
            "/metrics",
            "/openapi/v2",
            "/openapi/v3",
            "/openid/v1/jwks",
            "/readyz",
            "/version");

    private final long generation;
    private final long remoteGeneration;
    private final ServedGroups groups;
    private final RemoteEntries remotes;
    private final Map<String, Tagged> aggregated = new ConcurrentHashMap<>();
    private final Map<String, byte[]> legacy = new ConcurrentHashMap<>();

    private DiscoveryState(long generation, long remoteGeneration, ServedGroups groups, RemoteEntries remotes) {
        this.generation = generation;
        this.remoteGeneration = remoteGeneration;
        this.groups = groups;
        this.remotes = remotes;
    }

    static DiscoveryState of(Registry registry, RemoteGroups remotes) {
        // The generation is read first: if resources change in between, the next request builds anew.
        long generation = registry.generation();
        long remoteGeneration = remotes.generation();
        return new DiscoveryState(
                generation, remoteGeneration, ServedGroups.of(registry.all()), new RemoteEntries(remotes.all()));
    }

    long generation() {
        return generation;
    }

    long remoteGeneration() {
        return remoteGeneration;
    }

    Tagged aggregated(String path, String version) {
        return aggregated.computeIfAbsent(path + " " + version, key -> {
            boolean isCore = path.equals("/api");
            var document = AggregatedDocument.of(groups, isCore, version);
            if (!isCore) {
                remotes.addToItems(document.withArray("/items"));
            }
            var body = Json.bytes(document);
            return new Tagged(body, etag(body));
        });
    }

    /** Every path that leads somewhere, for people who begin at the root. */
    byte[] root() {
        var list = Json.parse(groupList());
        return legacy.computeIfAbsent("/", key -> {
            var paths = new TreeSet<>(ROOTS);
            groups.versionsByGroup()
                    .getOrDefault("", Map.of())
                    .keySet()
                    .forEach(version -> paths.add("/api/" + version));
            for (var group : list.path("groups")) {
                paths.add("/apis/" + group.path("name").asText());
                group.path("versions")
                        .forEach(version -> paths.add(
                                "/apis/" + version.path("groupVersion").asText()));
            }
            var document = Json.object();
            paths.forEach(document.putArray("paths")::add);
            return Json.bytes(document);
        });
    }

    byte[] groupList() {
        return legacy.computeIfAbsent("/apis", key -> {
            var document = LegacyDocuments.groupList(groups);
            remotes.addToGroups(document.withArray("/groups"));
            return Json.bytes(document);
        });
    }

    /** Document of a group or group version by its path. */
    Optional<byte[]> legacy(String path) {
        var known = legacy.get(path);
        if (known == null) {
            known = LegacyDocuments.at(groups, path)
                    .or(() -> remoteGroup(path))
                    .map(Json::bytes)
                    .orElse(null);
            if (known != null) {
                legacy.put(path, known);
            }
        }
        return Optional.ofNullable(known);
    }

    private Optional<ObjectNode> remoteGroup(String path) {
        return path.startsWith("/apis/") && path.indexOf('/', 6) < 0
                ? remotes.group(path.substring(6))
                : Optional.empty();
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
