package io.luban.controller.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ObjectName;
import io.luban.kube.ProjectedCache;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is in the cluster already, a few words per object. */
final class Known implements AutoCloseable {
    private static final Duration FIRST_LISTING = Duration.ofSeconds(20);

    private final ProjectedCache<Version> versions;
    private final ProjectedCache<Extension> extensions;
    private final ProjectedCache<Boolean> categories;

    /**
     * An ExtensionVersion.
     *
     * @param place its chartURL, or the text of its chartDataRef
     */
    record Version(
            String repository, String extension, String version, String digest, String place, String fingerprint) {}

    /**
     * An Extension.
     *
     * @param isOwned whether its repository is its owner
     */
    record Extension(
            String repository, String uid, String category, String fingerprint, boolean isOwned, boolean isLeaving) {}

    Known(KubeRest kube) {
        versions = ProjectedCache.start(kube, CollectionQuery.of(Names.VERSIONS), Known::version);
        extensions = ProjectedCache.start(kube, CollectionQuery.of(Names.EXTENSIONS), Known::extension);
        categories =
                ProjectedCache.start(kube, CollectionQuery.of(Names.CATEGORIES), category -> Optional.of(Boolean.TRUE));
    }

    /** Waits until the cluster was read once; false when that takes too long. */
    boolean isReady() throws InterruptedException {
        return versions.awaitSync(FIRST_LISTING)
                && extensions.awaitSync(FIRST_LISTING)
                && categories.awaitSync(FIRST_LISTING);
    }

    Optional<Version> version(String name) {
        return versions.find("", name);
    }

    Optional<Extension> extension(String name) {
        return extensions.find("", name);
    }

    boolean isCategory(String name) {
        return categories.find("", name).isPresent();
    }

    /** Names and contents of the versions that came from a repository. */
    List<Map.Entry<ObjectName, Version>> ofRepository(String repository) {
        return versions.all().entrySet().stream()
                .filter(entry -> entry.getValue().repository().equals(repository))
                .toList();
    }

    @Override
    public void close() {
        versions.close();
        extensions.close();
        categories.close();
    }

    private static Optional<Version> version(ObjectNode object) {
        if (object.at("/metadata/deletionTimestamp").isTextual()) {
            return Optional.empty();
        }
        var spec = object.path("spec");
        var reference = spec.path("chartDataRef");
        return Optional.of(new Version(
                label(object, Names.REPOSITORY),
                label(object, Names.EXTENSION),
                spec.path("version").asText(""),
                spec.path("digest").asText(""),
                place(spec.path("chartURL").asText(""), reference),
                Fingerprint.of(spec)));
    }

    /** One text for both ways to say where a chart is. */
    static String place(String url, com.fasterxml.jackson.databind.JsonNode reference) {
        return reference.isObject() && !reference.isEmpty()
                ? "%s/%s/%s"
                        .formatted(
                                reference.path("namespace").asText(""),
                                reference.path("name").asText(""),
                                reference.path("key").asText(""))
                : url;
    }

    private static Optional<Extension> extension(ObjectNode object) {
        boolean owned = false;
        for (var owner : object.at("/metadata/ownerReferences")) {
            owned |= owner.path("kind").asText("").equals("Repository");
        }
        return Optional.of(new Extension(
                label(object, Names.REPOSITORY),
                object.at("/metadata/uid").asText(""),
                label(object, Names.CATEGORY),
                Fingerprint.of(object.path("spec")),
                owned,
                object.at("/metadata/deletionTimestamp").isTextual()));
    }

    private static String label(ObjectNode object, String key) {
        return object.path("metadata").path("labels").path(key).asText("");
    }
}
