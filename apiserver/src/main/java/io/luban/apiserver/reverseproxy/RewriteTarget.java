package io.luban.apiserver.reverseproxy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The right side of a rewrite rule: {@code [path][?query][#fragment]} with placeholders. A part that is absent leaves the
 * request's own.
 */
record RewriteTarget(String path, String query, boolean hasQuery) {
    private static final String CURRENT_QUERY = "{query}";

    static RewriteTarget parse(String text) {
        int hash = text.indexOf('#');
        var target = hash < 0 ? text : text.substring(0, hash);
        int question = target.indexOf('?');
        return question < 0
                ? new RewriteTarget(target, "", false)
                : new RewriteTarget(target.substring(0, question), target.substring(question + 1), true);
    }

    Outbound apply(Outbound request, Placeholders placeholders) {
        var newPath = request.path();
        var newQuery = request.query();
        if (!path.isEmpty()) {
            newPath = Placeholders.expand(path, name -> placeholders.inPath(name, request));
            int question = newPath.indexOf('?');
            if (question >= 0) {
                newQuery = newPath.substring(question + 1);
                newPath = newPath.substring(0, question);
            }
            newPath = EscapedPath.escape(newPath);
        }
        if (hasQuery) {
            newQuery = query(query, request.query(), name -> encoded(placeholders.value(name, request)));
        }
        return request.withTarget(newPath, newQuery);
    }

    /** A query with its values filled in; {@code current} replaces a pair that is nothing but the query itself. */
    static String query(String template, String current, UnaryOperator<String> values) {
        List<String> pairs = new ArrayList<>();
        for (var pair : template.split("&", -1)) {
            var expanded = pair.equals(CURRENT_QUERY) ? current : Placeholders.expand(pair, values);
            if (!expanded.isEmpty()) {
                pairs.add(expanded);
            }
        }
        return String.join("&", pairs);
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
