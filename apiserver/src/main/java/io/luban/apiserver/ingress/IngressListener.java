package io.luban.apiserver.ingress;

import io.luban.apiserver.endpoint.Endpoint;
import io.luban.apiserver.endpoint.Forwarding;
import io.luban.apiserver.endpoint.ServiceDirectory;
import io.luban.apiserver.endpoint.ServiceRoute;
import io.luban.http.Headers;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.ServerConfig;
import io.luban.http.Upstream;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ObjectName;
import io.luban.kube.ProjectedCache;
import io.luban.model.ApiException;
import io.luban.model.Status;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Serves the Ingress objects of one class on one port: what host and path ask for is forwarded to the service behind it,
 * upgrades included. Answers 404 where no rule fits and 503 where the service has no ready instance.
 */
public final class IngressListener implements AutoCloseable {
    private static final Duration HEAD = Duration.ofSeconds(60);

    private final ServiceDirectory services;
    private final Forwarding forwarding;
    private final ProjectedCache<IngressRules.Compiled> ingresses;
    private final HttpServer server;
    private final Optional<HttpServer> secureServer;
    private final AtomicReference<Optional<IngressCertificates>> certificates = new AtomicReference<>(Optional.empty());
    private final IngressStatus status;
    /** Made anew by the first request after a change. */
    private final AtomicReference<Optional<IngressTable>> table = new AtomicReference<>(Optional.empty());

    private IngressListener(
            HttpRuntime runtime, ServerConfig config, Optional<ServerConfig> secure, KubeRest kube, String className) {
        services = new ServiceDirectory(kube);
        forwarding = new Forwarding(services, ServiceRoute.API, Optional.empty());
        server = HttpServer.start(runtime, config, request -> Optional.empty(), this::handle);
        secureServer = secure.map(
                tls -> HttpServer.start(runtime, presentingAll(tls), request -> Optional.empty(), this::handle));
        status = new IngressStatus(kube, className, config.host(), server.port());
        ingresses = ProjectedCache.start(
                kube,
                CollectionQuery.of("/apis/networking.k8s.io/v1/ingresses"),
                object -> Optional.of(IngressRules.compile(object, className)),
                this::changed);
        certificates.set(secureServer.flatMap(tls ->
                secure.flatMap(ServerConfig::tls).map(own -> new IngressCertificates(kube, tls, own, this::secrets))));
        certificates.get().ifPresent(IngressCertificates::look);
    }

    /** Listens and follows the Ingresses, those of the class and those that name none. */
    public static IngressListener start(HttpRuntime runtime, ServerConfig config, KubeRest kube, String className) {
        return new IngressListener(runtime, config, Optional.empty(), kube, className);
    }

    /** The same with TLS on another port, under the certificate of {@code secure} or those that Ingresses name. */
    public static IngressListener start(
            HttpRuntime runtime, ServerConfig config, ServerConfig secure, KubeRest kube, String className) {
        return new IngressListener(runtime, config, Optional.of(secure), kube, className);
    }

    private static ServerConfig presentingAll(ServerConfig secure) {
        return new ServerConfig(
                secure.host(), secure.port(), secure.tls().map(IngressCertificates::initial), secure.limits());
    }

    /** The Secrets that Ingresses name for their hosts. */
    private Set<ObjectName> secrets() {
        var names = new LinkedHashSet<ObjectName>();
        ingresses.all().values().forEach(ingress -> names.addAll(ingress.certificates()));
        return names;
    }

    /** The bound TCP port. */
    public int port() {
        return server.port();
    }

    /** The bound TCP port of TLS; 0 for none. */
    public int securePort() {
        return secureServer.map(HttpServer::port).orElse(0);
    }

    /** Waits for the first listing. */
    public boolean awaitSync(Duration limit) throws InterruptedException {
        return ingresses.awaitSync(limit);
    }

    private void changed(
            ObjectName name, Optional<IngressRules.Compiled> before, Optional<IngressRules.Compiled> after) {
        table.set(Optional.empty());
        certificates.get().ifPresent(IngressCertificates::look);
        after.filter(IngressRules.Compiled::isOurs).ifPresent(ingress -> status.note(name, ingress.address()));
    }

    private Reply handle(Request request) {
        var rule = table().find(request.authority(), request.path());
        if (rule.isEmpty()) {
            return Reply.text(
                    404, "no Ingress for host %s and path %s\n".formatted(request.authority(), request.path()));
        }
        var backend = rule.get().backend();
        var port = services.port(backend.namespace(), backend.service(), backend.port(), backend.portName());
        if (port.isEmpty()) {
            return Reply.text(
                    503, "service %s/%s has no such port\n".formatted(backend.namespace(), backend.service()));
        }
        var host = backend.service() + "." + backend.namespace() + ".svc";
        var upstream = new Upstream(backend.tls(), host, port.get().port(), new byte[0], backend.tls());
        var target = target(request, rule.get().target());
        var outgoing = new Forwarding.Outgoing(
                request.method(), target.rawPath(), target.rawQuery(), headers(request), HEAD, new PlainErrors());
        if (services.resolve(port.get()).isEmpty()) {
            return Reply.text(503, port.get() + " has no ready endpoint\n");
        }
        return forwarding.to(Endpoint.root(upstream, port), outgoing);
    }

    private IngressTable table() {
        var made = table.get();
        if (made.isPresent()) {
            return made.get();
        }
        var fresh = new IngressTable(ingresses.all().values());
        // What changed meanwhile has emptied the reference again, or will: then the next request makes another one.
        table.compareAndSet(made, Optional.of(fresh));
        return fresh;
    }

    private record RawTarget(String rawPath, String rawQuery) {}

    private static RawTarget target(Request request, IngressRule.Target target) {
        if (target.expression().isEmpty()) {
            return new RawTarget(request.rawPath(), request.rawQuery());
        }
        var matcher = target.expression().get().matcher(request.path());
        if (!matcher.find()) {
            return new RawTarget(request.rawPath(), request.rawQuery());
        }
        var path = new StringBuilder();
        var replacement = target.replacement();
        for (int i = 0; i < replacement.length(); i++) {
            char c = replacement.charAt(i);
            boolean group = c == '$' && i + 1 < replacement.length() && Character.isDigit(replacement.charAt(i + 1));
            if (!group) {
                path.append(c);
                continue;
            }
            int number = replacement.charAt(++i) - '0';
            // A group that took no part is nothing.
            path.append(number <= matcher.groupCount() ? Objects.requireNonNullElse(matcher.group(number), "") : "");
        }
        return new RawTarget(encoded(path.toString()), request.rawQuery());
    }

    private static String encoded(String path) {
        try {
            var rooted = path.startsWith("/") ? path : "/" + path;
            return new URI("http", "host", rooted, null).getRawPath();
        } catch (URISyntaxException e) {
            throw new ApiException(Status.of(400, "BadRequest", "the rewritten path cannot be sent"));
        }
    }

    /** The backend sees the name it was asked under, as it does behind other ingress controllers. */
    private static Headers headers(Request request) {
        return request.headers()
                .with("Host", request.authority())
                .with("X-Forwarded-Host", request.authority())
                .with("X-Forwarded-Proto", request.scheme())
                .with("X-Real-IP", request.peer().getAddress().getHostAddress());
    }

    @Override
    public void close() {
        server.close();
        secureServer.ifPresent(HttpServer::close);
        certificates.get().ifPresent(IngressCertificates::close);
        ingresses.close();
        status.close();
        services.close();
    }
}
