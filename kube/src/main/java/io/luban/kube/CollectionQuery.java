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
 */
public record CollectionQuery(String path, String labelSelector, String fieldSelector) {
    /** All objects of the collection. */
    public static CollectionQuery of(String path) {
        return new CollectionQuery(path, "", "");
    }

    /** The objects of the collection whose labels match. */
    public CollectionQuery labelled(String selector) {
        return new CollectionQuery(path, selector, fieldSelector);
    }

    /** The objects of the collection whose fields match. */
    public CollectionQuery where(String selector) {
        return new CollectionQuery(path, labelSelector, selector);
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
