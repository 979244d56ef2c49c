package io.luban.embeddedkube.rbac;

import io.luban.embeddedkube.auth.AccessRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rules compiled into hash tables, so that a decision takes a fixed number of look-ups however many rules there are.
 * Immutable once built.
 */
final class RuleSet {
    /** Answer of a look-up that found nothing. */
    static final String DENIED = "";

    private static final String ANY = "*";

    private final Map<String, Map<String, Map<String, Grant>>> byGroup = new HashMap<>();
    private final Map<String, UrlGrant> urlsByVerb = new HashMap<>();

    /** Rules with the words that explain a permission by them. */
    static RuleSet of(List<Source> sources) {
        var set = new RuleSet();
        for (var source : sources) {
            source.rules().forEach(rule -> set.add(rule, source.reason()));
        }
        return set;
    }

    /** The rules that one binding gives. */
    record Source(String reason, List<PolicyRule> rules) {}

    /** Why the request is allowed, {@link #DENIED} when nothing allows it. */
    String decide(AccessRequest request) {
        return request.isResourceRequest() ? decideResource(request) : decideUrl(request);
    }

    private String decideResource(AccessRequest request) {
        var reason = inGroup(request.group(), request);
        return reason.isEmpty() ? inGroup(ANY, request) : reason;
    }

    private String inGroup(String group, AccessRequest request) {
        var resources = byGroup.get(group);
        if (resources == null) {
            return DENIED;
        }
        var sub = request.subresource();
        var exact = sub.isEmpty() ? request.resource() : request.resource() + "/" + sub;
        var reason = ofResource(resources, exact, request);
        if (reason.isEmpty()) {
            reason = ofResource(resources, ANY, request);
        }
        return reason.isEmpty() && !sub.isEmpty() ? ofResource(resources, "*/" + sub, request) : reason;
    }

    private static String ofResource(
            Map<String, Map<String, Grant>> resources, String resource, AccessRequest request) {
        var verbs = resources.get(resource);
        if (verbs == null) {
            return DENIED;
        }
        var reason = ofVerb(verbs, request.verb(), request.name());
        return reason.isEmpty() ? ofVerb(verbs, ANY, request.name()) : reason;
    }

    private static String ofVerb(Map<String, Grant> verbs, String verb, String name) {
        var grant = verbs.get(verb);
        return grant == null ? DENIED : grant.decide(name);
    }

    private String decideUrl(AccessRequest request) {
        var reason = ofUrl(request.verb(), request.path());
        return reason.isEmpty() ? ofUrl(ANY, request.path()) : reason;
    }

    private String ofUrl(String verb, String path) {
        var grant = urlsByVerb.get(verb);
        return grant == null ? DENIED : grant.decide(path);
    }

    private void add(PolicyRule rule, String reason) {
        for (var verb : rule.verbs()) {
            for (var url : rule.nonResourceUrls()) {
                urlsByVerb.computeIfAbsent(verb, key -> new UrlGrant()).add(url, reason);
            }
            for (var group : rule.apiGroups()) {
                for (var resource : rule.resources()) {
                    byGroup.computeIfAbsent(group, key -> new HashMap<>())
                            .computeIfAbsent(resource, key -> new HashMap<>())
                            .computeIfAbsent(verb, key -> new Grant())
                            .add(rule.resourceNames(), reason);
                }
            }
        }
    }

    /** For which names something is allowed, and why. */
    private static final class Grant {
        private final Map<String, String> reasonByName = new HashMap<>();
        private String reasonForAll = DENIED;

        void add(List<String> names, String reason) {
            if (names.isEmpty() && reasonForAll.isEmpty()) {
                reasonForAll = reason;
            }
            names.forEach(name -> reasonByName.putIfAbsent(name, reason));
        }

        String decide(String name) {
            return reasonForAll.isEmpty() && !name.isEmpty() ? reasonByName.getOrDefault(name, DENIED) : reasonForAll;
        }
    }

    /** For which paths something is allowed, and why. */
    private static final class UrlGrant {
        private final Map<String, String> reasonByPath = new HashMap<>();
        private final List<Map.Entry<String, String>> prefixes = new ArrayList<>();

        void add(String url, String reason) {
            if (url.endsWith(ANY)) {
                prefixes.add(Map.entry(url.substring(0, url.length() - 1), reason));
            } else {
                reasonByPath.putIfAbsent(url, reason);
            }
        }

        String decide(String path) {
            var exact = reasonByPath.getOrDefault(path, DENIED);
            if (!exact.isEmpty()) {
                return exact;
            }
            for (var prefix : prefixes) {
                if (path.startsWith(prefix.getKey())) {
                    return prefix.getValue();
                }
            }
            return DENIED;
        }
    }
}
