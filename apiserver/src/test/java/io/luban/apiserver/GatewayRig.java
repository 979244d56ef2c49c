package io.luban.apiserver;

import static org.awaitility.Awaitility.await;

import io.luban.apiserver.backend.BackendProcess;
import io.luban.apiserver.kubeproxy.KubeOptions;
import io.luban.apiserver.kubeproxy.KubeUpstream;
import io.luban.http.Upstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A running gateway before a backend that is a process of its own. */
final class GatewayRig implements AutoCloseable {
    static final String PROXIES = GatewayFixture.EXTENSIONS + "reverseproxies";
    static final String SERVICES = GatewayFixture.EXTENSIONS + "apiservices";

    final BackendProcess backend;
    final GatewayFixture gateway;
    final String admin;
    private int settled;

    private GatewayRig(BackendProcess backend, GatewayFixture gateway) {
        this.backend = backend;
        this.gateway = gateway;
        admin = gateway.token("admin", GatewayFixture.ADMIN_PASSWORD);
    }

    static GatewayRig start() throws IOException {
        return start(config -> config);
    }

    static GatewayRig start(UnaryOperator<ApiServerConfig> edit) throws IOException {
        return new GatewayRig(BackendProcess.start(), new GatewayFixture(edit, Optional.empty()));
    }

    /** With the backend as Kubernetes API for the requests of users. */
    static GatewayRig beforeKubernetes(KubeOptions options, Function<Upstream, KubeUpstream> kubernetes)
            throws IOException {
        var backend = BackendProcess.start();
        var upstream = kubernetes.apply(Upstream.http("127.0.0.1", backend.port()));
        var proxy = ApiServerConfig.ProxySettings.DEFAULTS.with(options);
        return new GatewayRig(backend, new GatewayFixture(config -> config.with(proxy), Optional.of(upstream)));
    }

    /** With TLS to a backend that has the key of a PKCS 12 store, as extensions' backend and as Kubernetes API of users. */
    static GatewayRig beforeTls(Path store, String password, byte[] caPem) throws IOException {
        var backend = BackendProcess.startTls(store, password);
        var kubernetes = new Upstream(true, "localhost", backend.port(), caPem, false);
        return new GatewayRig(
                backend, new GatewayFixture(config -> config, Optional.of(KubeUpstream.remote(kubernetes, () -> ""))));
    }

    String backendUrl() {
        return "http://127.0.0.1:" + backend.port();
    }

    /** A ReverseProxy of {@code /proxy/NAME/*}; the lines are further members of its spec, for which {@code BACKEND} stands. */
    void proxy(String name, String... spec) {
        var lines = new ArrayList<>(List.of(spec));
        if (lines.stream().noneMatch(line -> line.startsWith("matcher:"))) {
            lines.add("matcher: {path: /proxy/%s/*, method: '*'}".formatted(name));
        }
        if (lines.stream().noneMatch(line -> line.startsWith("upstream:"))) {
            lines.add("upstream: {url: BACKEND}");
        }
        object(PROXIES, name, lines);
    }

    /** Any object with a spec. */
    void object(String collection, String name, List<String> spec) {
        var version = collection.substring("/apis/".length(), collection.lastIndexOf('/'));
        var yaml = "apiVersion: %s\nmetadata: {name: %s}\nspec:\n  %s\n"
                .formatted(version, name, String.join("\n  ", spec));
        gateway.apply(collection, yaml.replace("BACKEND", backendUrl()));
    }

    /** Waits until every ReverseProxy and APIService that was applied before is in force, which those applied now follow. */
    void settle() {
        var name = "settled" + ++settled;
        proxy(name);
        object(SERVICES, "v1." + name + ".io", List.of("group: " + name + ".io", "version: v1", "url: BACKEND"));
        for (var path : new String[] {"/proxy/" + name + "/x", "/kapis/" + name + ".io/v1/x"}) {
            await().pollInterval(Duration.ofMillis(20))
                    .until(() -> gateway.get(path, admin).statusCode() == 200);
        }
    }

    Wire connect() throws IOException {
        return new Wire(gateway.port());
    }

    String bearer() {
        return "Authorization: Bearer " + admin;
    }

    /** The answer to a request of the admin without a body. */
    Wire.Answer ask(String requestLine, String... fields) throws IOException {
        var all = new ArrayList<>(List.of(fields));
        all.add(bearer());
        return say(requestLine, all.toArray(String[]::new));
    }

    /** The answer to a request that is sent as it is. */
    Wire.Answer say(String requestLine, String... fields) throws IOException {
        try (var wire = connect()) {
            return wire.send(Wire.head(requestLine, fields)).read();
        }
    }

    /** The X-Script field that makes the backend take those steps. */
    static String script(String... steps) {
        return "X-Script: " + String.join(",", steps);
    }

    @Override
    public void close() {
        gateway.close();
        backend.close();
    }
}
