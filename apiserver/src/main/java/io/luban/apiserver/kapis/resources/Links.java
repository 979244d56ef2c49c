package io.luban.apiserver.kapis.resources;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.apiserver.view.ResourceViews;
import io.luban.apiserver.view.ViewQuery;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Filters that follow from other objects, turned into filters of the listed objects alone. */
final class Links {
    private static final String AGGREGATION = "iam.kubesphere.io/aggregation-roles";
    private static final ViewQuery ALL = ViewQuery.of(Map.of(), "", "");

    private final ResourceViews views;

    Links(ResourceViews views) {
        this.views = views;
    }

    /** The query for the same objects without such filters; may block for the first listing of the other kind. */
    ViewQuery resolve(ResourceType type, ViewQuery query) {
        return switch (type.plural()) {
            case "pods" -> ofReplicaSets(ofService(query));
            case "roles", "globalroles", "workspaceroles", "clusterroles" -> aggregated(type, query);
            case "users" -> ofGroups(query);
            default -> query;
        };
    }

    private List<JsonNode> all(String plural, ViewQuery query) {
        return all(ResourceTypes.fixed(plural).orElseThrow(), query);
    }

    /** Every object of a kind that the query chooses. */
    List<JsonNode> all(ResourceType type, ViewQuery query) {
        return views.of(type.path(), type.apiVersion(), type.kind()).page(query.unpaged()).items().stream()
                .map(Json::parse)
                .toList();
    }

    private ViewQuery ofService(ViewQuery query) {
        var name = query.selection().filters().get("serviceName");
        if (name == null) {
            return query;
        }
        var namespace = query.selection().namespace();
        if (namespace.isEmpty()) {
            throw ApiException.badRequest("the filter serviceName needs a namespace in the path");
        }
        var services = all("services", ViewQuery.of(Map.of("names", List.of(name)), namespace, ""));
        var selector = new LinkedHashMap<String, String>();
        services.forEach(service -> service.at("/spec/selector")
                .properties()
                .forEach(entry -> selector.put(entry.getKey(), entry.getValue().asText(""))));
        if (selector.isEmpty()) {
            return query.with(ViewQuery.ONE_OF, "");
        }
        return query.labelled(selector.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(",")));
    }

    /** Pods of a Deployment belong to its ReplicaSets. */
    private ViewQuery ofReplicaSets(ViewQuery query) {
        var owner = query.selection().filters().get("ownerReference");
        if (owner == null) {
            return query;
        }
        var owned = ViewQuery.of(
                Map.of("ownerReference", List.of(owner)), query.selection().namespace(), "");
        var owners = new TreeSet<>(List.of(owner));
        all("replicasets", owned)
                .forEach(set -> owners.add(set.at("/metadata/uid").asText("")));
        return query.without("ownerReference").with(ViewQuery.OWNERS, String.join(",", owners));
    }

    private ViewQuery aggregated(ResourceType type, ViewQuery query) {
        var name = query.selection().filters().get("aggregateTo");
        if (name == null) {
            return query;
        }
        var namespace = query.selection().namespace();
        var roles = all(type.plural(), ViewQuery.of(Map.of("names", List.of(name)), namespace, ""));
        return query.with(
                ViewQuery.ONE_OF,
                roles.stream()
                        .map(role -> role.path("metadata")
                                .path("annotations")
                                .path(AGGREGATION)
                                .asText(""))
                        .flatMap(text -> names(text).stream())
                        .collect(Collectors.joining(",")));
    }

    private static List<String> names(String json) {
        var names = new ArrayList<String>();
        try {
            Json.parse(json.isEmpty() ? "[]" : json).forEach(name -> names.add(name.asText("")));
        } catch (ParseException e) {
            // an annotation that cannot be read names no roles
            return List.of();
        }
        return names;
    }

    private ViewQuery ofGroups(ViewQuery query) {
        var filters = query.selection().filters();
        var inside = filters.get("ingroup");
        var outside = filters.get("notingroup");
        var chosen = inside == null ? query : query.with(ViewQuery.ONE_OF, members(inside));
        return outside == null ? chosen : chosen.with(ViewQuery.NONE_OF, members(outside));
    }

    private String members(String group) {
        return all("groupbindings", ALL).stream()
                .filter(binding -> binding.at("/groupRef/name").asText("").equals(group))
                .flatMap(binding -> names(Json.text(binding.path("users"))).stream())
                .distinct()
                .collect(Collectors.joining(","));
    }
}
