package io.luban.apiserver.view;

import java.util.Map;

/**
 * Which objects of a collection a list shows, and in which order; pages of one selection are cut from one result.
 *
 * @param namespace {@code ""} for all
 * @param order what to sort by
 * @param labelSelector Kubernetes' syntax, {@code ""} for all
 * @param filters other conditions by their field; unknown fields let everything through
 */
public record Selection(String namespace, Order order, String labelSelector, Map<String, String> filters) {
    /** Copies the filters. */
    public Selection {
        filters = Map.copyOf(filters);
    }

    boolean isEverything() {
        return namespace.isEmpty() && labelSelector.isEmpty() && filters.isEmpty();
    }
}
