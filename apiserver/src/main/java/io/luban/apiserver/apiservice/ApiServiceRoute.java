package io.luban.apiserver.apiservice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.endpoint.Endpoint;
import io.luban.apiserver.extension.Definition;
import io.luban.apiserver.extension.ObjectCondition;
import io.luban.apiserver.resilience.Guards;
import io.luban.apiserver.resilience.ResiliencePolicy;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One APIService, compiled.
 *
 * @param backend empty when it cannot be used, for the reason in {@code problem}
 * @param nonResourceUrls further paths served by the backend, exact or with a trailing {@code *}
 * @param replacesPlatform whether it says that it may take a group of the platform itself
 */
record ApiServiceRoute(
        Definition definition,
        String group,
        String version,
        Optional<Guards.Backend> backend,
        String problem,
        List<String> nonResourceUrls,
        boolean replacesPlatform) {
    private static final String ALLOW_OVERRIDE = "kubesphere.io/allow-override";
    static final String KIND = "APIService";

    static ApiServiceRoute compile(ObjectNode object) {
        var definition = Definition.of(object);
        var spec = object.path("spec");
        var group = spec.path("group").asText("");
        var version = spec.path("version").asText("");
        var urls = new ArrayList<String>();
        boolean replaces = object.at("/metadata/annotations")
                .path(ALLOW_OVERRIDE)
                .asText("")
                .equals("true");
        spec.path("nonResourceURLs").forEach(url -> {
            // a bare * would take every path that nobody else serves
            if (url.asText("").startsWith("/")) {
                urls.add(url.asText());
            }
        });
        try {
            var backend = new Guards.Backend(KIND, definition, Endpoint.parse(spec), ResiliencePolicy.parse(spec));
            return new ApiServiceRoute(
                    definition, group, version, Optional.of(backend), "", List.copyOf(urls), replaces);
        } catch (ParseException e) {
            var problem = Optional.ofNullable(e.getMessage()).orElse("");
            return new ApiServiceRoute(
                    definition, group, version, Optional.empty(), problem, List.copyOf(urls), replaces);
        }
    }

    /** What its author should know. */
    ObjectCondition verdict(Set<String> reservedGroups) {
        if (takesOneOf(reservedGroups)) {
            var message = "the platform itself serves %s; annotate with %s: \"true\" to replace it"
                    .formatted(group, ALLOW_OVERRIDE);
            return ObjectCondition.refused("ReservedGroup", message);
        }
        return backend.isPresent() ? ObjectCondition.accepted() : ObjectCondition.refused("InvalidEndpoint", problem);
    }

    /** Whether it stands in the place of the platform without saying that it may. */
    boolean takesOneOf(Set<String> reservedGroups) {
        return !replacesPlatform && reservedGroups.contains(group);
    }

    /** This object's switch with what another form of it serves. */
    ApiServiceRoute serving(ApiServiceRoute good) {
        return new ApiServiceRoute(
                definition, good.group, good.version, good.backend, "", good.nonResourceUrls, good.replacesPlatform);
    }

    boolean servesPath(String path) {
        for (var url : nonResourceUrls) {
            boolean prefix = url.endsWith("*");
            if (prefix ? path.startsWith(url.substring(0, url.length() - 1)) : path.equals(url)) {
                return true;
            }
        }
        return false;
    }
}
