package io.luban.kube;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A collection to list and watch.
 *
 * @param path such as {@code /apis/iam.kubesphere.io/v1beta1/users}
 * @param labelSelector {@code ""} for all objects
 * @param fieldSelector {@code ""} for all objects
 * @param metadataOnly whether objects come without anything but their metadata
 */
public record CollectionQuery(String path, String labelSelector, String fieldSelector, boolean metadataOnly) {
    private static final String JSON = "application/json";
    private static final String METADATA = JSON + ";as=%s;g=meta.k8s.io;v=v1," + JSON;

    /** All objects of the collection. */
    public static CollectionQuery of(String path) {
        return new CollectionQuery(path, "", "", false);
    }

    /** The objects of the collection whose labels match. */
    public CollectionQuery labelled(String selector) {
        return new CollectionQuery(path, selector, fieldSelector, metadataOnly);
    }

    /** The objects of the collection whose fields match. */
    public CollectionQuery where(String selector) {
        return new CollectionQuery(path, labelSelector, selector, metadataOnly);
    }

    /** The same objects, of which nothing but the metadata is fetched. */
    public CollectionQuery ofMetadata() {
        return new CollectionQuery(path, labelSelector, fieldSelector, true);
    }

    String listForm() {
        return metadataOnly ? METADATA.formatted("PartialObjectMetadataList") : JSON;
    }

    String watchForm() {
        return metadataOnly ? METADATA.formatted("PartialObjectMetadata") : JSON;
    }

    String listPath(int limit, String token) {
        var continued = token.isEmpty() ? "" : "&continue=" + encode(token);
        return path + "?limit=" + limit + continued + selectors();
    }

    String watchPath(String resourceVersion, Duration limit) {
        return path + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + limit.toSeconds() + "&resourceVersion="
                + encode(resourceVersion) + selectors();
    }

    private String selectors() {
        return (labelSelector.isEmpty() ? "" : "&labelSelector=" + encode(labelSelector))
                + (fieldSelector.isEmpty() ? "" : "&fieldSelector=" + encode(fieldSelector));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
