package io.luban.apiserver.jsbundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.luban.apiserver.content.StoredContent;
import io.luban.kube.KubeRest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Entries of ConfigMaps and Secrets, fetched when asked for and kept for a second: a change shows at once to people, and a
 * crowd loading a page does not reach Kubernetes.
 */
final class EntryCache {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    /** Content with the version of the object it was read from; empty when the object lacks the key. */
    record Version(String resourceVersion, Optional<StoredContent> content) {
        int size() {
            return 100 + content.map(StoredContent::size).orElse(0);
        }
    }

    private final KubeRest kube;
    private final Cache<BundleSource.Entry, Version> fresh =
            Caffeine.newBuilder().expireAfterWrite(FRESH).maximumSize(10_000).build();
    private final Cache<BundleSource.Entry, Version> known = Caffeine.newBuilder()
            .expireAfterAccess(KEPT)
            .maximumWeight(MOST_BYTES)
            .weigher((BundleSource.Entry entry, Version version) -> version.size())
            .build();

    EntryCache(KubeRest kube) {
        this.kube = kube;
    }

    /** The entry when it was read within the last second; memory only. */
    Optional<Version> fresh(BundleSource.Entry entry) {
        return Optional.ofNullable(fresh.getIfPresent(entry));
    }

    /** The entry now; empty when the object lacks the key. Blocks; throws what Kubernetes answers. */
    Optional<StoredContent> read(BundleSource.Entry entry) {
        var object = kube.get(entry.path());
        var resourceVersion = object.path("metadata").path("resourceVersion").asText("");
        var before = known.getIfPresent(entry);
        var version = before != null && before.resourceVersion.equals(resourceVersion)
                ? before
                : new Version(resourceVersion, bytes(entry, object).map(StoredContent::of));
        known.put(entry, version);
        fresh.put(entry, version);
        return version.content;
    }

    private static Optional<byte[]> bytes(BundleSource.Entry entry, ObjectNode object) {
        var text = object.path("data").path(entry.key());
        if (text.isTextual()) {
            return Optional.of(
                    entry.plural().equals("secrets")
                            ? Base64.getDecoder().decode(text.asText())
                            : text.asText().getBytes(StandardCharsets.UTF_8));
        }
        var binary = object.path("binaryData").path(entry.key());
        return binary.isTextual() ? Optional.of(Base64.getDecoder().decode(binary.asText())) : Optional.empty();
    }
}
