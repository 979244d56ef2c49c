package io.luban.apiserver.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.apiserver.pipeline.RequestInfo;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * One rule of a role. A rule about resources never opens a path and the reverse.
 *
 * @param resourceNames empty for all objects
 */
public record PolicyRule(
        Set<String> verbs,
        Set<String> apiGroups,
        Set<String> resources,
        Set<String> resourceNames,
        Set<String> nonResourceUrls) {
    private static final String ALL = "*";

    /** Defensive copies. */
    public PolicyRule {
        verbs = Set.copyOf(verbs);
        apiGroups = Set.copyOf(apiGroups);
        resources = Set.copyOf(resources);
        resourceNames = Set.copyOf(resourceNames);
        nonResourceUrls = Set.copyOf(nonResourceUrls);
    }

    /** The rule of its wire form; absent lists are empty. */
    static PolicyRule from(JsonNode rule) {
        return new PolicyRule(
                texts(rule, "verbs"),
                texts(rule, "apiGroups"),
                texts(rule, "resources"),
                texts(rule, "resourceNames"),
                texts(rule, "nonResourceURLs"));
    }

    private static Set<String> texts(JsonNode rule, String member) {
        var texts = new HashSet<String>();
        rule.path(member).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** Whether the rule allows the request. */
    boolean covers(RequestInfo request) {
        return request.isResourceRequest() ? coversResource(request) : coversPath(request);
    }

    private boolean coversResource(RequestInfo request) {
        return (verbs.contains(ALL) || verbs.contains(request.verb()))
                && (apiGroups.contains(ALL) || apiGroups.contains(request.apiGroup()))
                && coversResourceName(request)
                && (resourceNames.isEmpty() || resourceNames.contains(request.name()));
    }

    private boolean coversResourceName(RequestInfo request) {
        if (resources.contains(ALL)) {
            return true;
        }
        if (request.subresource().isEmpty()) {
            return resources.contains(request.resource());
        }
        return resources.contains(request.resource() + "/" + request.subresource())
                || resources.contains("*/" + request.subresource());
    }

    /** Methods are compared without case: roles in use write both {@code GET} and {@code get}. */
    private boolean coversPath(RequestInfo request) {
        var verb = request.verb();
        if (!verbs.contains(ALL) && !verbs.contains(verb) && !verbs.contains(verb.toLowerCase(Locale.ROOT))) {
            return false;
        }
        for (var url : nonResourceUrls) {
            if (url.equals(request.path())
                    || (url.endsWith(ALL) && request.path().startsWith(withoutStars(url)))) {
                return true;
            }
        }
        return false;
    }

    private static String withoutStars(String url) {
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '*') {
            end--;
        }
        return url.substring(0, end);
    }
}
