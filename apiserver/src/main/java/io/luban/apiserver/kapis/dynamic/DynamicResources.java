package io.luban.apiserver.kapis.dynamic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.kapis.dynamic.ServedResources.ServedType;
import io.luban.apiserver.kapis.dynamic.ServedResources.Wanted;
import io.luban.apiserver.kubeproxy.KubeApiFilter;
import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.router.RouteHandler;
import io.luban.apiserver.view.ResourceViews;
import io.luban.apiserver.view.ViewQuery;
import io.luban.http.Reply;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Resources under {@code /kapis} that no route serves. Lists come from views in memory with the resource API's query
 * parameters; what changes objects goes to Kubernetes as it is, so that patches and options mean what they mean there.
 */
public final class DynamicResources implements RouteHandler {
    private static final String WORKSPACE = "kubesphere.io/workspace";
    private static final int MOST_BYTES = 3 * 1024 * 1024;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.:_-]*");

    private final KubeRest kube;
    private final ResourceViews views;
    private final KubeApiFilter kubernetes;
    private final ServedResources served;

    /** Reads by {@code kube} and the views, writes by {@code kubernetes}. */
    public DynamicResources(KubeRest kube, ResourceViews views, KubeApiFilter kubernetes) {
        this.kube = kube;
        this.views = views;
        this.kubernetes = kubernetes;
        served = new ServedResources(kube);
    }

    @Override
    public Reply handle(Exchange exchange) {
        try {
            var info = exchange.info();
            var type = isAddressable(info)
                    ? served.find(new Wanted(info.apiGroup(), info.apiVersion(), info.resource()))
                    : Optional.<ServedType>empty();
            return type.filter(found -> found.isNamespaced() || info.namespace().isEmpty())
                    .map(found -> answer(exchange, found))
                    .orElseGet(ErrorResponses::pageNotFound);
        } catch (ApiException e) {
            return failure(exchange, e);
        }
    }

    private static boolean isAddressable(RequestInfo info) {
        return info.subresource().isEmpty()
                && isName(info.apiGroup())
                && isName(info.apiVersion())
                && isName(info.resource())
                && (info.name().isEmpty() || isName(info.name()))
                && (info.namespace().isEmpty() || isName(info.namespace()))
                && (info.workspace().isEmpty() || isName(info.workspace()));
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private Reply answer(Exchange exchange, ServedType type) {
        return switch (exchange.info().verb()) {
            case "get" -> Reply.json(200, Json.bytes(existing(exchange.info(), type)));
            case "list" -> list(exchange, type);
            case "watch" -> forward(exchange, type);
            case "create" -> create(exchange, type);
            case "update", "patch", "delete" -> change(exchange, type);
            default -> throw ApiException.badRequest("not supported verb");
        };
    }

    private Reply list(Exchange exchange, ServedType type) {
        var info = exchange.info();
        var query = ViewQuery.of(exchange.request().queryParameters(), info.namespace(), workspaceSelector(info));
        var page = views.of(type.path(), type.apiVersion(), type.kind()).page(query);
        return Reply.json(200, ListJson.of(type.apiVersion(), type.kind(), page));
    }

    private static String workspaceSelector(RequestInfo info) {
        return info.workspace().isEmpty() ? "" : WORKSPACE + "=" + info.workspace();
    }

    /** The object; throws 404 as well when it belongs to another workspace than the path names. */
    private ObjectNode existing(RequestInfo info, ServedType type) {
        var object = kube.get(target(info, type));
        var owner = object.at("/metadata/labels").path(WORKSPACE).asText("");
        if (!info.workspace().isEmpty() && !owner.equals(info.workspace())) {
            throw ApiException.notFound(new GroupResource(info.apiGroup(), info.resource()), info.name());
        }
        return object;
    }

    private static String target(RequestInfo info, ServedType type) {
        var collection = info.namespace().isEmpty()
                ? type.path()
                : "/apis/%s/namespaces/%s/%s".formatted(type.apiVersion(), info.namespace(), info.resource());
        return info.name().isEmpty() ? collection : collection + "/" + info.name();
    }

    private Reply create(Exchange exchange, ServedType type) {
        var info = exchange.info();
        var object = body(exchange, type);
        if (!info.workspace().isEmpty()) {
            object.withObject("/metadata").withObject("/labels").put(WORKSPACE, info.workspace());
        }
        return Reply.json(201, Json.bytes(kube.create(target(info, type), object)));
    }

    private Reply change(Exchange exchange, ServedType type) {
        var info = exchange.info();
        var verb = info.verb();
        boolean whole = verb.equals("update") || (verb.equals("patch") && isPlainJson(exchange));
        if (!whole) {
            if (!info.workspace().isEmpty()) {
                existing(info, type);
            }
            return forward(exchange, type);
        }
        var object = body(exchange, type);
        var stored = existing(info, type);
        var metadata = object.withObject("/metadata");
        if (metadata.path("resourceVersion").asText("").isEmpty()) {
            metadata.put(
                    "resourceVersion", stored.at("/metadata/resourceVersion").asText(""));
        }
        if (!info.workspace().isEmpty()) {
            metadata.withObject("/labels").put(WORKSPACE, info.workspace());
        }
        return Reply.json(200, Json.bytes(kube.update(target(info, type), object)));
    }

    private static boolean isPlainJson(Exchange exchange) {
        var type = exchange.request().header("Content-Type").orElse("");
        return type.split(";", 2)[0].trim().equals("application/json");
    }

    /** The object in the body, of the path's type, with the path's name and namespace. */
    private static ObjectNode body(Exchange exchange, ServedType type) {
        ObjectNode object;
        try {
            object = Json.parseObject(exchange.request().body(MOST_BYTES));
        } catch (ParseException e) {
            throw ApiException.badRequest("the body is not a JSON object: " + e.getMessage());
        }
        if (!object.path("apiVersion").asText("").equals(type.apiVersion())
                || !object.path("kind").asText("").equals(type.kind())) {
            throw ApiException.badRequest("wrong resource GroupVersionKind");
        }
        var metadata = object.withObject("/metadata");
        fix(metadata, "namespace", exchange.info().namespace());
        fix(metadata, "name", exchange.info().name());
        return object;
    }

    private static void fix(ObjectNode metadata, String field, String value) {
        var given = metadata.path(field).asText("");
        if (!value.isEmpty() && !given.isEmpty() && !given.equals(value)) {
            throw ApiException.badRequest("metadata.%s is %s, but the path names %s".formatted(field, given, value));
        }
        if (!value.isEmpty()) {
            metadata.put(field, value);
        }
    }

    private Reply forward(Exchange exchange, ServedType type) {
        var info = exchange.info();
        var request = exchange.request();
        var query = request.rawQuery();
        if (info.verb().equals("watch") && !info.workspace().isEmpty()) {
            query = watchQuery(exchange);
        }
        return kubernetes.forward(exchange.with(request.withTarget(target(info, type), query)));
    }

    /** The query with the workspace's selector in addition to the client's own. */
    private static String watchQuery(Exchange exchange) {
        var query = new StringBuilder();
        var labels = new StringBuilder(workspaceSelector(exchange.info()));
        exchange.request()
                .queryParameters()
                .forEach((name, values) -> values.forEach(value -> {
                    if (name.equals("labelSelector")) {
                        labels.append(value.isEmpty() ? "" : ",").append(value);
                    } else {
                        query.append(encoded(name))
                                .append('=')
                                .append(encoded(value))
                                .append('&');
                    }
                }));
        return query.append("labelSelector=").append(encoded(labels.toString())).toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Plain text for browsers; a Status for clients that take JSON alone. */
    private static Reply failure(Exchange exchange, ApiException failure) {
        var accepted = exchange.request().header("Accept").orElse("");
        return accepted.equals("application/json")
                ? Reply.of(failure.status())
                : ErrorResponses.text(failure.code(), failure.status().message());
    }
}
