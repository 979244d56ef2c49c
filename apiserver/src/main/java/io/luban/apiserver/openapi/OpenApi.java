package io.luban.apiserver.openapi;

import io.luban.apiserver.content.StoredContent;
import io.luban.apiserver.endpoint.Forwarding;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.User;
import io.luban.apiserver.resilience.Guards.Backend;
import io.luban.apiserver.router.Route;
import io.luban.apiserver.router.RouteHandler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.UpstreamClient;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** {@code GET /openapi/v2} and {@code /openapi/v3}: the gateway's own routes and those of all APIServices. */
public final class OpenApi implements AutoCloseable {
    private record Rendered(long changes, StoredContent content) {}

    private final BackendDocuments backends;
    private final ReentrantLock rendering = new ReentrantLock();
    private final Map<Generation, Rendered> rendered = new EnumMap<>(Generation.class);
    private final RouteHandler kubernetes;
    private volatile BuiltInDocument own;

    /**
     * Knows of no route and no backend yet.
     *
     * @param kubernetes hands a request on to Kubernetes, whose tools want its own documents
     */
    public OpenApi(Forwarding forwarding, UpstreamClient client, String version, RouteHandler kubernetes) {
        this.kubernetes = kubernetes;
        backends = new BackendDocuments(new DocumentSource(forwarding, client));
        own = new BuiltInDocument(version, List.of());
    }

    /** Describes these routes of the gateway. */
    public void describe(List<Route> routes) {
        own = new BuiltInDocument(own.version(), List.copyOf(routes));
    }

    /** Describes what these backends publish, and no others. */
    public void follow(List<Backend> available) {
        backends.retain(available.stream()
                .map(backend -> new BackendDocuments.BackendSource(
                        backend.definition().name(), backend.definition().generation(), backend.endpoint()))
                .toList());
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.blocking("GET", Generation.V2.path(), exchange -> answer(Generation.V2, exchange)),
                Route.blocking("GET", Generation.V3.path(), exchange -> answer(Generation.V3, exchange)),
                Route.blocking("GET", Generation.V3.path() + "/*", this::ofKubernetes));
    }

    /** Documents of single groups, which only Kubernetes has. */
    private Reply ofKubernetes(Exchange exchange) {
        if (exchange.user().equals(User.ANONYMOUS)) {
            throw ApiException.unauthorized("The request cannot be authenticated.");
        }
        return kubernetes.handle(exchange);
    }

    /** kubectl and its kin check manifests against the index of Kubernetes, or against its binary form. */
    private static boolean isForKubernetes(Request request) {
        var agent = request.header("User-Agent").orElse("");
        return request.header("Accept").orElse("").contains("proto-openapi")
                || agent.startsWith("kubectl")
                || agent.contains(" kubernetes/");
    }

    private Reply answer(Generation generation, Exchange exchange) {
        if (isForKubernetes(exchange.request()) && !exchange.user().equals(User.ANONYMOUS)) {
            return kubernetes.handle(exchange);
        }
        return content(generation).reply(exchange.request(), "application/json");
    }

    private StoredContent content(Generation generation) {
        rendering.lock();
        try {
            long changes = backends.changes();
            var known = rendered.get(generation);
            if (known == null || known.changes != changes) {
                var merge = new DocumentMerge(generation, own.in(generation));
                backends.in(generation).forEach(merge::add);
                known = new Rendered(changes, StoredContent.of(Json.bytes(merge.result())));
                rendered.put(generation, known);
            }
            return known.content;
        } finally {
            rendering.unlock();
        }
    }

    @Override
    public void close() {
        backends.close();
    }
}
