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

    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FILTERS = Set.of(
            "names",
            "name",
            "nameAndAlias",
            "uid",
            "namespace",
            "ownerReference",
            "ownerKind",
            "label",
            "annotation",
            "fieldSelector");

    /**
     * Reads decoded query parameters; values that cannot be read count as absent.
     *
     * @param requiredLabels a selector added to the client's, {@code ""} for none
     */
    public static ViewQuery of(Map<String, List<String>> parameters, String namespace, String requiredLabels) {
        var filters = new HashMap<String, String>();
        parameters.forEach((field, values) -> {
            if (FILTERS.contains(field) && !values.isEmpty()) {
                filters.put(field, values.getFirst());
            }
        });
        var asked = first(parameters, "labelSelector");
        var labels =
                asked.isEmpty() || requiredLabels.isEmpty() ? asked + requiredLabels : asked + "," + requiredLabels;
        boolean byName = first(parameters, "sortBy").equals("name");
        return new ViewQuery(
                new Selection(namespace, byName, labels, filters),
                TRUE.contains(first(parameters, "ascending")),
                number(first(parameters, "page"), 1),
                number(first(parameters, "limit"), UNPAGED));
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
