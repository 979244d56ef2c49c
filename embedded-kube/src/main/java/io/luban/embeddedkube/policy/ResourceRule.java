package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.tree.Trees;
import java.util.ArrayList;
import java.util.List;

/**
 * Which requests webhooks and policies are about.
 *
 * @param names of single objects; empty means all
 */
public record ResourceRule(
        List<String> operations,
        List<String> groups,
        List<String> versions,
        List<String> resources,
        List<String> names,
        String scope) {
    /** Reads a list of rules. */
    public static List<ResourceRule> listOf(JsonNode rules) {
        var result = new ArrayList<ResourceRule>();
        rules.forEach(rule -> result.add(of(rule)));
        return List.copyOf(result);
    }

    private static ResourceRule of(JsonNode rule) {
        return new ResourceRule(
                Trees.items(rule.path("operations")),
                Trees.items(rule.path("apiGroups")),
                Trees.items(rule.path("apiVersions")),
                Trees.items(rule.path("resources")),
                Trees.items(rule.path("resourceNames")),
                rule.path("scope").asText("*"));
    }

    /** Whether the request is meant when its objects are seen as that type. */
    boolean matches(AdmissionRequest request, ResourceType type) {
        var kind = type.kind();
        return contains(operations, request.operation().name())
                && contains(groups, kind.group())
                && contains(versions, kind.version())
                && resources.stream().anyMatch(wanted -> isResource(wanted, request))
                && (names.isEmpty() || names.contains(request.name()))
                && isInScope(request);
    }

    /** Whether the resource is named, in whatever group and version. */
    boolean isAboutResource(AdmissionRequest request) {
        return resources.stream().anyMatch(wanted -> isResource(wanted, request));
    }

    private boolean isInScope(AdmissionRequest request) {
        return switch (scope) {
            case "Namespaced" -> request.type().namespaced();
            case "Cluster" -> !request.type().namespaced();
            default -> true;
        };
    }

    private static boolean contains(List<String> wanted, String value) {
        return wanted.contains("*") || wanted.contains(value);
    }

    private static boolean isResource(String wanted, AdmissionRequest request) {
        var plural = request.type().names().plural();
        var sub = request.subresource();
        int slash = wanted.indexOf('/');
        if (slash < 0) {
            return sub.isEmpty() && (wanted.equals("*") || wanted.equals(plural));
        }
        var resourcePart = wanted.substring(0, slash);
        var subPart = wanted.substring(slash + 1);
        return (resourcePart.equals("*") || resourcePart.equals(plural))
                && (subPart.equals("*") || subPart.equals(sub));
    }
}
