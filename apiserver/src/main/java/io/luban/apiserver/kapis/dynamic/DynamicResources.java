package io.luban.apiserver.kapis.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.luban.http.Request;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import io.luban.model.YamlLimits;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Resources under {@code /kapis} that no route serves. Lists come from views in memory with the resource API's query
 * parameters; what changes objects goes to Kubernetes as it is, so that patches and options mean what they mean there.
 */
public final class DynamicResources implements RouteHandler {
    private static final String JSON = "application/json";
    private static final String YAML = "application/yaml";
    private static final String APPLIED = "application/apply-patch+yaml";
    private static final Reply UNSUPPORTED = ErrorResponses.text(415, "415: Unsupported Media Type");
    private static final Set<String> WRITE_OPTIONS = Set.of("dryRun", "fieldManager", "fieldValidation");
    private static final int MOST_ALIASES = 1_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.:_-]*");

    private final KubeRest kube;
    private final ResourceViews views;
    private final KubeApiFilter kubernetes;
    private final ServedResources served;
    private final long maxBodyBytes;

    /** Reads by {@code kube} and the views, writes by {@code kubernetes}; longer bodies are refused with 413. */
    public DynamicResources(KubeRest kube, ResourceViews views, KubeApiFilter kubernetes, long maxBodyBytes) {
        this.kube = kube;
        this.views = views;
        this.kubernetes = kubernetes;
        this.maxBodyBytes = maxBodyBytes;
        served = new ServedResources(kube);
    }

    @Override
    public Reply handle(Exchange exchange) {
        var info = exchange.info();
        var type = isAddressable(info)
                ? served.find(new Wanted(info.apiGroup(), info.apiVersion(), info.resource()))
                : Optional.<ServedType>empty();
        return type.filter(found -> found.isNamespaced() || namespace(info).isEmpty())
                .map(found -> answer(exchange, found))
                .orElseGet(ErrorResponses::pageNotFound);
    }

    /** Namespaces and workspaces do not lie in themselves. */
    private static String namespace(RequestInfo info) {
        return info.resource().equals("namespaces") ? "" : info.namespace();
    }

    private static String workspace(RequestInfo info) {
        boolean isItself =
                info.resource().equals("workspaces") || info.resource().equals("workspacetemplates");
        return isItself && info.workspace().equals(info.name()) ? "" : info.workspace();
    }

    private static boolean isAddressable(RequestInfo info) {
        return info.subresource().isEmpty()
                && (info.apiGroup().isEmpty() || isName(info.apiGroup()))
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
            case "get" -> object(exchange, type);
            case "list" -> list(exchange, type);
            case "watch" -> watch(exchange, type);
            case "create" -> create(exchange, type);
            case "update", "patch", "delete" -> change(exchange, type);
            default -> throw ApiException.badRequest("not supported verb");
        };
    }

    /** What belongs to the workspace is asked for as the user, to whom Kubernetes may refuse it. */
    private Reply object(Exchange exchange, ServedType type) {
        if (!workspace(exchange.info()).isEmpty()) {
            existing(exchange.info(), type);
        }
        var request = exchange.request();
        var json = exchange.with(request.withHeaders(request.headers().with("Accept", JSON)));
        return forward(json, target(exchange.info(), type), "");
    }

    private Reply list(Exchange exchange, ServedType type) {
        var info = exchange.info();
        var query = ViewQuery.of(exchange.request().queryParameters(), namespace(info), workspaceSelector(info));
        var page = views.of(type.path(), type.apiVersion(), type.kind()).page(query);
        return Reply.json(200, ListJson.of(type.apiVersion(), type.kind(), page));
    }

    private static String workspaceSelector(RequestInfo info) {
        return workspace(info).isEmpty() ? "" : WorkspaceLabel.NAME + "=" + workspace(info);
    }

    /** The object; throws 404 as well when it belongs to another workspace than the path names. */
    private ObjectNode existing(RequestInfo info, ServedType type) {
        var object = kube.get(target(info, type));
        var owner = object.at("/metadata/labels").path(WorkspaceLabel.NAME).asText("");
        if (!workspace(info).isEmpty() && !owner.equals(workspace(info))) {
            throw ApiException.notFound(new GroupResource(info.apiGroup(), info.resource()), info.name());
        }
        return object;
    }

    private static String target(RequestInfo info, ServedType type) {
        return info.name().isEmpty() ? collection(info, type) : collection(info, type) + "/" + info.name();
    }

    private static String collection(RequestInfo info, ServedType type) {
        return namespace(info).isEmpty() ? type.path() : type.path(info.namespace());
    }

    private Reply create(Exchange exchange, ServedType type) {
        if (isForeign(exchange)) {
            return UNSUPPORTED;
        }
        var info = exchange.info();
        var object = body(exchange, type);
        if (!workspace(info).isEmpty()) {
            WorkspaceLabel.set(object, workspace(info));
        }
        return written(exchange, "POST", home(info, type, object), object);
    }

    /** Where a new object goes: who may create in every namespace may name one in the object. */
    private static String home(RequestInfo info, ServedType type, ObjectNode object) {
        var named = object.at("/metadata/namespace").asText("");
        boolean isNamedByObject = type.isNamespaced()
                && namespace(info).isEmpty()
                && workspace(info).isEmpty()
                && isName(named);
        return isNamedByObject ? type.path(named) : collection(info, type);
    }

    private Reply change(Exchange exchange, ServedType type) {
        var info = exchange.info();
        var verb = info.verb();
        if (info.name().isEmpty()) {
            throw ApiException.badRequest("the path names no object to " + verb);
        }
        boolean whole = verb.equals("update") || (verb.equals("patch") && isPlainJson(exchange));
        if (!whole) {
            if (!workspace(info).isEmpty() || verb.equals("delete")) {
                existing(info, type);
            }
            var sent = workspace(info).isEmpty() || verb.equals("delete") ? exchange : withinWorkspace(exchange);
            return forward(sent, target(info, type), exchange.request().rawQuery());
        }
        if (isForeign(exchange)) {
            return UNSUPPORTED;
        }
        var object = body(exchange, type);
        var stored = existing(info, type);
        var metadata = object.withObject("/metadata");
        if (metadata.path("resourceVersion").asText("").isEmpty()) {
            metadata.put(
                    "resourceVersion", stored.at("/metadata/resourceVersion").asText(""));
        }
        if (!workspace(info).isEmpty()) {
            WorkspaceLabel.set(object, workspace(info));
        }
        return written(exchange.with(info.withVerb("update")), "PUT", target(info, type), object);
    }

    /** A patch that leaves the object in its workspace. What is applied names it, else the next time would take it away. */
    private Exchange withinWorkspace(Exchange exchange) {
        var workspace = workspace(exchange.info());
        var patch = WorkspaceLabel.checked(workspace, exchange.request().body(maxBodyBytes));
        if (!contentType(exchange).equals(APPLIED) || !(patch instanceof ObjectNode object)) {
            return exchange;
        }
        requireObject(object, "metadata");
        requireObject(object.path("metadata"), "labels");
        WorkspaceLabel.set(object, workspace);
        return exchange.with(carrying(exchange, APPLIED, object));
    }

    private static Request carrying(Exchange exchange, String type, ObjectNode object) {
        var bytes = Json.bytes(object);
        var headers = exchange.request()
                .headers()
                .with("Content-Type", type)
                .with("Content-Length", Integer.toString(bytes.length));
        return exchange.request().withBody(bytes).withHeaders(headers);
    }

    /** Kubernetes gets the object from the user, as it gets all that is forwarded. */
    private Reply written(Exchange exchange, String method, String path, ObjectNode object) {
        var request = carrying(exchange, JSON, object);
        var sent = request.withMethod(method)
                .withTarget(path, options(exchange))
                .withHeaders(request.headers().with("Accept", JSON));
        return kubernetes.forward(exchange.with(sent));
    }

    private static boolean isPlainJson(Exchange exchange) {
        return contentType(exchange).equals(JSON);
    }

    /** Whether the body says that it is in none of the forms in which clients of Kubernetes write whole objects. */
    private static boolean isForeign(Exchange exchange) {
        return switch (contentType(exchange)) {
            case "", JSON, YAML -> false;
            default -> true;
        };
    }

    private static String contentType(Exchange exchange) {
        var type = exchange.request().header("Content-Type").orElse("");
        return type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    }

    /** The object in the body, of the path's type, with the path's name and namespace. */
    private ObjectNode body(Exchange exchange, ServedType type) {
        var object = read(exchange);
        if (!object.path("apiVersion").asText("").equals(type.apiVersion())
                || !object.path("kind").asText("").equals(type.kind())) {
            throw ApiException.badRequest("wrong resource GroupVersionKind");
        }
        requireObject(object, "metadata");
        requireObject(object.path("metadata"), "labels");
        var metadata = object.withObject("/metadata");
        fix(metadata, "namespace", namespace(exchange.info()));
        fix(metadata, "name", exchange.info().name());
        return object;
    }

    private ObjectNode read(Exchange exchange) {
        var bytes = exchange.request().body(maxBodyBytes);
        boolean isYaml = contentType(exchange).equals(YAML);
        try {
            if (!isYaml) {
                return Json.parseObject(bytes);
            }
            var limits = new YamlLimits(bytes.length, MOST_ALIASES, Json.MAX_DEPTH);
            if (Yaml.parse(new String(bytes, StandardCharsets.UTF_8), limits) instanceof ObjectNode object) {
                return object;
            }
            throw new ParseException("a mapping is expected");
        } catch (ParseException e) {
            throw ApiException.badRequest(
                    "the body is not a %s object: %s".formatted(isYaml ? "YAML" : "JSON", e.getMessage()));
        }
    }

    private static void requireObject(JsonNode parent, String field) {
        var value = parent.path(field);
        if (!value.isMissingNode() && !value.isNull() && !value.isObject()) {
            throw ApiException.badRequest("%s of the object has to be a map".formatted(field));
        }
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

    /** What may be said about a write besides the object, as Kubernetes understands it. */
    private static String options(Exchange exchange) {
        var query = new StringBuilder();
        exchange.request().queryParameters().forEach((name, values) -> {
            if (WRITE_OPTIONS.contains(name)) {
                values.forEach(value -> query.append(query.isEmpty() ? "" : "&")
                        .append(name)
                        .append('=')
                        .append(encoded(value)));
            }
        });
        return query.toString();
    }

    private Reply forward(Exchange exchange, String path, String query) {
        return kubernetes.forward(exchange.with(exchange.request().withTarget(path, query)));
    }

    /** A watch of the collection, with what the path asks for added to the client's own selectors. */
    private Reply watch(Exchange exchange, ServedType type) {
        var info = exchange.info();
        var query = new StringBuilder("watch=true");
        var labels = new ArrayList<String>(List.of(workspaceSelector(info)));
        var fields = new ArrayList<String>(List.of(info.name().isEmpty() ? "" : "metadata.name=" + info.name()));
        exchange.request()
                .queryParameters()
                .forEach((name, values) -> values.forEach(value -> {
                    switch (name) {
                        case "watch" -> {
                            // said already
                        }
                        case "labelSelector" -> labels.add(value);
                        case "fieldSelector" -> fields.add(value);
                        default -> append(query, name, value);
                    }
                }));
        append(query, "labelSelector", joined(labels));
        append(query, "fieldSelector", joined(fields));
        return forward(exchange, collection(info, type), query.toString());
    }

    private static String joined(List<String> selectors) {
        return selectors.stream().filter(text -> !text.isEmpty()).distinct().collect(Collectors.joining(","));
    }

    private static void append(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append('&').append(encoded(name)).append('=').append(encoded(value));
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
