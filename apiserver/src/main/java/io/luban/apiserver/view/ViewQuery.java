package io.luban.apiserver.view;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A list as the resource API's query parameters ask for it.
 *
 * @param ascending false shows the newest or greatest first
 * @param page counted from 1
 * @param limit objects on a page, {@link #UNPAGED} for all of them
 */
public record ViewQuery(Selection selection, boolean ascending, int page, int limit) {
    /** No paging. */
    public static final int UNPAGED = -1;

    /** Filter: names that something else than the client's own list chose. */
    public static final String ONE_OF = "oneOf";

    /** Filter: names to leave out. */
    public static final String NONE_OF = "noneOf";

    /** Filter: UIDs of which one must be an owner's. */
    public static final String OWNERS = "owners";

    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> NO_FILTERS =
            Set.of("page", "limit", "sortBy", "ascending", "labelSelector", "watch", "pretty");

    /**
     * Reads decoded query parameters; values that cannot be read count as absent.
     *
     * @param requiredLabels a selector added to the client's, {@code ""} for none
     */
    public static ViewQuery of(Map<String, List<String>> parameters, String namespace, String requiredLabels) {
        var filters = new HashMap<String, String>();
        parameters.forEach((field, values) -> {
            if (!NO_FILTERS.contains(field) && !values.isEmpty()) {
                filters.put(field, values.getFirst());
            }
        });
        var asked = first(parameters, "labelSelector");
        var labels =
                asked.isEmpty() || requiredLabels.isEmpty() ? asked + requiredLabels : asked + "," + requiredLabels;
        return new ViewQuery(
                new Selection(namespace, Order.of(first(parameters, "sortBy")), labels, filters),
                TRUE.contains(first(parameters, "ascending")),
                number(first(parameters, "page"), 1),
                number(first(parameters, "limit"), UNPAGED));
    }

    /** All objects that the query's filters choose. */
    public ViewQuery unpaged() {
        return new ViewQuery(selection, ascending, 1, UNPAGED);
    }

    /** Without the filter, which may have another meaning to the caller. */
    public ViewQuery without(String field) {
        var filters = new HashMap<>(selection.filters());
        filters.remove(field);
        return filtered(filters);
    }

    /** With one more filter. */
    public ViewQuery with(String field, String value) {
        var filters = new HashMap<>(selection.filters());
        filters.put(field, value);
        return filtered(filters);
    }

    /** Without the requirements on labels. */
    public ViewQuery unlabelled() {
        var changed = new Selection(selection.namespace(), selection.order(), "", selection.filters());
        return new ViewQuery(changed, ascending, page, limit);
    }

    /** With more requirements on labels. */
    public ViewQuery labelled(String selector) {
        var labels = selection.labelSelector().isEmpty() ? selector : selection.labelSelector() + "," + selector;
        var changed = new Selection(selection.namespace(), selection.order(), labels, selection.filters());
        return new ViewQuery(changed, ascending, page, limit);
    }

    /** Without the filters that mean nothing, so that equal lists are known as equal. */
    ViewQuery keeping(Set<String> fields) {
        if (fields.containsAll(selection.filters().keySet())) {
            return this;
        }
        var filters = new HashMap<>(selection.filters());
        filters.keySet().retainAll(fields);
        return filtered(filters);
    }

    private ViewQuery filtered(Map<String, String> filters) {
        var changed = new Selection(selection.namespace(), selection.order(), selection.labelSelector(), filters);
        return new ViewQuery(changed, ascending, page, limit);
    }

    private static String first(Map<String, List<String>> parameters, String name) {
        var values = parameters.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }

    private static int number(String text, int otherwise) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
