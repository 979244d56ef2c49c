package io.luban.controller.extension;

import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The revisions of Helm releases, as the labels of their Secrets tell: enough to notice what others do to a release with
 * Helm itself. The Secrets' contents are never fetched.
 */
final class KnownReleases implements AutoCloseable {
    private final ProjectedCache<Revision> secrets;

    /** One revision of a release. */
    record Revision(String release, int number, String status) {}

    private KnownReleases(ProjectedCache<Revision> secrets) {
        this.secrets = secrets;
    }

    /** Begins to follow all releases; {@code changed} is told the name of a release of which something has changed. */
    static KnownReleases start(KubeRest kube, Consumer<String> changed) {
        var query = CollectionQuery.of("/api/v1/secrets").labelled("owner=helm").ofMetadata();
        return new KnownReleases(ProjectedCache.start(
                kube,
                query,
                secret -> revision(
                        secret.at("/metadata/labels/name").asText(""),
                        secret.at("/metadata/labels/version").asText(""),
                        secret.at("/metadata/labels/status").asText("")),
                (name, before, after) ->
                        after.or(() -> before).ifPresent(revision -> changed.accept(revision.release()))));
    }

    private static Optional<Revision> revision(String release, String number, String status) {
        return release.isEmpty() || !number.matches("\\d{1,9}")
                ? Optional.empty()
                : Optional.of(new Revision(release, Integer.parseInt(number), status));
    }

    /** Whether what is known is complete. */
    boolean isSynced() {
        return secrets.isSynced();
    }

    /** The newest known revision of a release. */
    Optional<Revision> newest(String namespace, String release) {
        return secrets.all().entrySet().stream()
                .filter(entry -> entry.getKey().namespace().equals(namespace)
                        && entry.getValue().release().equals(release))
                .map(java.util.Map.Entry::getValue)
                .max(Comparator.comparingInt(Revision::number));
    }

    @Override
    public void close() {
        secrets.close();
    }
}
