package io.luban.apiserver;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.apiserver.audit.AuditSettings;
import io.luban.apiserver.authentication.LoginSettings;
import io.luban.apiserver.kapis.installplans.PlanOperations;
import io.luban.apiserver.kubeproxy.KubeUpstream;
import io.luban.http.HttpRuntime;
import io.luban.http.Upstream;
import io.luban.kube.FakeKubernetes;
import io.luban.kube.KubeClients;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A gateway on a free port, a Kubernetes API of its own with a few users and roles, and a backend that tells what it got. */
final class GatewayFixture implements AutoCloseable {
    static final String IAM = "/apis/iam.kubesphere.io/v1beta1/";
    static final String EXTENSIONS = "/apis/extensions.kubesphere.io/v1alpha1/";
    static final String EARLY = "/apis/kubesphere.io/v1alpha1/";
    static final String SECRETS = "/api/v1/namespaces/kubesphere-system/secrets";
    static final String ADMIN_PASSWORD = "P@88w0rd";
    static final String BOB_PASSWORD = "P@88w0rd2";

    final FakeKubernetes kubernetes;
    final KubernetesClient client;
    final HttpRuntime runtime = HttpRuntime.create();
    final HttpServer backend;
    private final HttpClient http = HttpClient.newHttpClient();
    private ApiServer gateway;

    private final UnaryOperator<ApiServerConfig> edit;
    private final Optional<KubeUpstream> kubeUpstream;
    private final Function<String, PlanOperations> plans;

    GatewayFixture() throws IOException {
        this(AuditSettings.OFF);
    }

    GatewayFixture(AuditSettings audit) throws IOException {
        this(config -> config.with(audit), Optional.empty());
    }

    /** With controllers that are made of the backend's address. */
    GatewayFixture(Function<String, PlanOperations> plans) throws IOException {
        this(config -> config, Optional.empty(), plans);
    }

    /** With other settings, and another Kubernetes API for the requests of users. */
    GatewayFixture(UnaryOperator<ApiServerConfig> edit, Optional<KubeUpstream> kubeUpstream) throws IOException {
        this(edit, kubeUpstream, backend -> PlanOperations.at("", ""));
    }

    private GatewayFixture(
            UnaryOperator<ApiServerConfig> edit,
            Optional<KubeUpstream> kubeUpstream,
            Function<String, PlanOperations> plans)
            throws IOException {
        this.plans = plans;
        this.edit = edit;
        this.kubeUpstream = kubeUpstream;
        kubernetes = new FakeKubernetes()
                .serve(IAM + "users", IAM + "globalroles", IAM + "globalrolebindings", IAM + "loginrecords")
                .serve(EXTENSIONS + "apiservices", EXTENSIONS + "jsbundles", EXTENSIONS + "reverseproxies")
                .serve(EARLY + "apiservices", EARLY + "jsbundles", EARLY + "reverseproxies")
                .serve(SECRETS, "/api/v1/services", "/api/v1/endpoints", "/api/v1/nodes", "/api/v1/namespaces")
                .serve("/apis/discovery.k8s.io/v1/endpointslices", "/api/v1/namespaces/default/configmaps");
        seed();
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        backend.createContext("/", GatewayFixture::echo);
        backend.start();
        client = KubeClients.forServer(kubernetes.url());
        gateway = start();
    }

    private ApiServer start() {
        var config = ApiServerConfig.defaults()
                .listeningAt("127.0.0.1", 0)
                .with(new LoginSettings(LoginSettings.DEFAULTS.maxTries(), LoginSettings.DEFAULTS.window(), 50, true));
        var upstream = kubeUpstream.orElseGet(
                () -> KubeUpstream.remote(Upstream.http("127.0.0.1", kubernetes.port()), () -> ""));
        var behind = new ApiServer.Behind(upstream, plans.apply(backendUrl()));
        return ApiServer.start(edit.apply(config), runtime, client, behind, Clock.systemUTC());
    }

    void restart() {
        gateway.close();
        gateway = start();
    }

    void reconfigure(ApiServerConfig config) {
        gateway.reconfigure(config);
    }

    private void seed() {
        user("admin", "admin@kubesphere.io", ADMIN_PASSWORD);
        user("bob", "bob@x.io", BOB_PASSWORD);
        role(
                "platform-admin",
                "{verbs: ['*'], apiGroups: ['*'], resources: ['*']}",
                "{verbs: ['*'], nonResourceURLs: ['*']}");
        role("authenticated", "{verbs: [get, list], apiGroups: ['*'], resources: [nodes]}");
        bind("admin", "platform-admin", "User", "admin");
        bind("authenticated", "authenticated", "Group", "system:authenticated");
        var configuration = Yaml.write(Json.object()
                .put("name", "kubesphere")
                .put("secret", "kubesphere")
                .put("trusted", true)
                .put("grantMethod", "auto"));
        var secret = named("oauthclient-kubesphere");
        secret.withObject("/metadata").putObject("labels").put("config.kubesphere.io/type", "oauthclient");
        secret.putObject("data").put("configuration.yaml", base64(configuration));
        kubernetes.put(SECRETS, secret);
    }

    void user(String name, String email, String password) {
        var user = named(name);
        user.putObject("spec")
                .put("email", email)
                .put("password", BCrypt.withDefaults().hashToString(4, password.toCharArray()));
        user.putObject("status").put("state", "Active");
        kubernetes.put(IAM + "users", user);
    }

    void role(String name, String... rules) {
        var role = named(name);
        var list = role.putArray("rules");
        for (var rule : rules) {
            list.add(Yaml.parse(rule));
        }
        kubernetes.put(IAM + "globalroles", role);
    }

    void bind(String name, String role, String kind, String subject) {
        var binding = named(name);
        binding.putObject("roleRef").put("kind", "GlobalRole").put("name", role);
        binding.putArray("subjects").addObject().put("kind", kind).put("name", subject);
        kubernetes.put(IAM + "globalrolebindings", binding);
    }

    static ObjectNode named(String name) {
        var object = Json.object();
        object.putObject("metadata").put("name", name);
        return object;
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Applies a manifest to the fake API's collection. */
    void apply(String collection, String yaml) {
        kubernetes.put(collection, (ObjectNode) Yaml.parse(yaml.replace("BACKEND", backendUrl())));
    }

    String backendUrl() {
        return "http://127.0.0.1:" + backend.getAddress().getPort();
    }

    int port() {
        return gateway.port();
    }

    String token(String user, String password) {
        var answer = login(user, password);
        return Json.parse(answer.body()).path("access_token").asText();
    }

    HttpResponse<String> login(String user, String password) {
        return form("grant_type=password&username=" + user + "&password=" + encode(password)
                + "&client_id=kubesphere&client_secret=kubesphere");
    }

    static String encode(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    HttpResponse<String> form(String body) {
        return send(request("/oauth/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + target));
    }

    HttpResponse<String> get(String target, String token) {
        var request = request(target);
        return send(token.isEmpty() ? request : request.header("Authorization", "Bearer " + token));
    }

    HttpResponse<byte[]> download(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Answers with what arrived; a few paths answer specially. */
    private static void echo(HttpExchange exchange) throws IOException {
        var target = exchange.getRequestURI().toString();
        var headers = exchange.getResponseHeaders();
        var seen = Json.object().put("method", exchange.getRequestMethod()).put("target", target);
        var fields = seen.putObject("headers");
        exchange.getRequestHeaders().forEach((name, values) -> fields.put(name, String.join(",", values)));
        seen.put("body", new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        headers.set("Content-Type", "application/json");
        headers.set("X-Backend", "yes");
        headers.set("Access-Control-Allow-Origin", "*");
        var body = Json.bytes(seen);
        int status = 200;
        var path = exchange.getRequestURI().getPath();
        if (path.endsWith("/redirect")) {
            headers.set("Location", "/login");
            status = 302;
        } else if (path.endsWith("/page")) {
            headers.set("Content-Type", "text/html");
            body = "<html><a href=\"/static/a.js\">a</a><img src='rel.png'></html>".getBytes(StandardCharsets.UTF_8);
        } else if (path.matches(".*/status/\\d{3}")) {
            status = Integer.parseInt(path.substring(path.length() - 3));
        } else if (path.endsWith("/script.js")) {
            headers.set("Content-Type", "text/plain");
            body = "remote();".getBytes(StandardCharsets.UTF_8);
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        gateway.close();
        client.close();
        backend.stop(0);
        kubernetes.close();
        runtime.close();
        http.close();
    }
}
