package io.luban.apiserver.kapis.resources;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.router.Route;
import io.luban.apiserver.view.ResourceView;
import io.luban.apiserver.view.ResourceViews;
import io.luban.apiserver.view.ViewQuery;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.Optional;
import java.util.Set;

/**
 * {@code GET /kapis/resources.kubesphere.io/v1alpha3/…}: objects of every kind, found by the plural alone, sorted, filtered
 * and paged from memory. What authorization decided about a path is what is read here: paths that say more are unknown.
 */
public final class ResourcesApi {
    private static final String PREFIX = "/kapis/resources.kubesphere.io/v1alpha3/";
    private static final Set<String> WORKSPACES = Set.of("workspaces", "workspacetemplates");
    private static final Set<String> USER_MODES = Set.of("namespace", "workspace", "cluster", "globalrole");
    private static final String CLAIMS_OF_CLASS = "kubesphere.io/pvc-count";

    private final ResourceViews views;
    private final ResourceTypes types;
    private final Links links;
    private final BoundUsers boundUsers;

    /** Reads from the views. */
    public ResourcesApi(ResourceViews views) {
        this.views = views;
        types = new ResourceTypes(views);
        links = new Links(views);
        boundUsers = new BoundUsers(links);
    }

    /** The route. */
    public Route route() {
        return Route.blocking("GET", PREFIX + "*", this::answer)
                .described("Cluster Resources", "Lists and objects of every kind by its plural.");
    }

    private Reply answer(Exchange exchange) {
        var info = exchange.info();
        var type = type(info).orElseThrow(() -> ApiException.generic(404, "NotFound", "resource is not supported"));
        return switch (info.verb()) {
            case "list" -> Reply.json(200, list(exchange, type));
            case "get" -> Reply.json(200, object(info, type));
            default -> throw ApiException.badRequest("not supported verb");
        };
    }

    /** Only what stands in the path and was authorized so. */
    private Optional<ResourceType> type(RequestInfo info) {
        boolean isOwnWorkspace =
                WORKSPACES.contains(info.resource()) && info.workspace().equals(info.name());
        if (!info.subresource().isEmpty() || (!info.workspace().isEmpty() && !isOwnWorkspace)) {
            return Optional.empty();
        }
        return types.find(info.resource())
                .filter(type -> type.isNamespaced() || namespace(info).isEmpty());
    }

    private static String namespace(RequestInfo info) {
        return info.resource().equals("namespaces") ? "" : info.namespace();
    }

    private ResourceView view(ResourceType type) {
        return views.of(type.path(), type.apiVersion(), type.kind());
    }

    private byte[] object(RequestInfo info, ResourceType type) {
        return view(type)
                .find(namespace(info), info.name())
                .map(json -> type.plural().equals("storageclasses") ? withClaims(json) : json)
                .orElseThrow(() -> ApiException.notFound(type.groupResource(), info.name()));
    }

    private byte[] list(Exchange exchange, ResourceType type) {
        var query = ViewQuery.of(exchange.request().queryParameters(), namespace(exchange.info()), "");
        return switch (type.plural()) {
            case "users" -> users(type, query);
            case "storageclasses" -> ListResult.of(view(type).page(query), json -> withClaims(json));
            default -> ListResult.of(view(type).page(links.resolve(type, query)));
        };
    }

    private byte[] users(ResourceType type, ViewQuery query) {
        var chosen = links.resolve(type, query);
        var bound = boundUsers.find(query);
        for (var mode : USER_MODES) {
            chosen = chosen.without(mode);
        }
        if (bound.isEmpty()) {
            return ListResult.of(view(type).page(chosen));
        }
        var roles = bound.get().roles();
        var page = view(type).page(chosen.unlabelled().with(ViewQuery.ONE_OF, String.join(",", roles.keySet())));
        return ListResult.of(page, json -> {
            var user = Json.parseObject(json);
            var name = user.at("/metadata/name").asText("");
            annotations(user).put(bound.get().annotation(), roles.getOrDefault(name, ""));
            return Json.bytes(user);
        });
    }

    private byte[] withClaims(byte[] json) {
        var storageClass = Json.parseObject(json);
        var name = storageClass.at("/metadata/name").asText("");
        var claims = ResourceTypes.fixed("persistentvolumeclaims").orElseThrow();
        long count = links.all(claims, ViewQuery.of(java.util.Map.of(), "", "")).stream()
                .filter(claim -> name.equals(claim.at("/spec/storageClassName").asText(""))
                        || name.equals(claim.at("/metadata/annotations")
                                .path("volume.beta.kubernetes.io/storage-class")
                                .asText("")))
                .count();
        annotations(storageClass).put(CLAIMS_OF_CLASS, Long.toString(count));
        return Json.bytes(storageClass);
    }

    private static ObjectNode annotations(ObjectNode object) {
        return object.withObject("/metadata").withObject("/annotations");
    }
}
