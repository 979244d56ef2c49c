package io.luban.embeddedkube.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.luban.embeddedkube.admission.AdmissionChain;
import io.luban.embeddedkube.admission.Remarks;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.operation.DeleteOptions;
import io.luban.embeddedkube.operation.Operations.Target;
import io.luban.embeddedkube.operation.StandardOperations;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.operation.WriteOptions.FieldValidation;
import io.luban.embeddedkube.policy.RequestConditions;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.service.LocalServices;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A cluster whose writes by a user pass webhooks, and a server that stands behind them. */
final class WebhookHarness implements AutoCloseable {
    static final User JOE = new User("joe", "7", List.of("dev"), Map.of());
    static final String MUTATING = "MutatingWebhookConfiguration";
    static final String VALIDATING = "ValidatingWebhookConfiguration";

    private final TestCluster cluster = new TestCluster();
    private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    private final List<String> skipped = new CopyOnWriteArrayList<>();
    private final List<String> failedOpen = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Map<String, String> annotations = new TreeMap<>();
    private final WebhookAdmission webhooks;
    private final HttpServer server;
    private Function<JsonNode, ObjectNode> answer = request -> allowed();

    WebhookHarness(boolean skipsUnreachable) {
        Authorizer nobody = request -> new Authorizer.Decision(false, "");
        var builtIns = AdmissionChain.beforeWebhooks(cluster.store(), nobody, Ids.random());
        builtIns.forEach(cluster::with);
        webhooks = new WebhookAdmission(
                cluster.store(),
                TestCluster.registry(),
                new RequestConditions(cluster.store(), nobody, ExpressionSupport.off()),
                new WebhookAdmission.Calling(
                        new ServiceResolver(cluster.store(), new LocalServices(), Map.of()),
                        Ids.random(),
                        skipsUnreachable,
                        observer(),
                        builtIns));
        cluster.with(webhooks);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            var request = request(exchange);
            reply(exchange, review(answer.apply(request).put("uid", Trees.text(request, "uid"))));
        });
        server.start();
    }

    private WebhookObserver observer() {
        return new WebhookObserver() {
            @Override
            public void skipped(ObjectNode configuration, String webhook, String service) {
                skipped.add(Trees.name(configuration) + " " + webhook + " " + service);
            }

            @Override
            public void failedOpen(String webhook, String type) {
                failedOpen.add(webhook + " " + type);
            }
        };
    }

    /** Answers one path in another way than a webhook should. */
    void serve(String path, Misbehaviour behaviour) {
        server.createContext(path, exchange -> {
            try (exchange) {
                behaviour.answer(exchange, request(exchange));
            }
        });
    }

    @FunctionalInterface
    interface Misbehaviour {
        void answer(HttpExchange exchange, JsonNode request) throws IOException;
    }

    private JsonNode request(HttpExchange exchange) throws IOException {
        var request = Json.parse(exchange.getRequestBody().readAllBytes()).path("request");
        asked.add(request);
        return request;
    }

    static byte[] review(ObjectNode response) {
        var review = Json.object().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        review.set("response", response);
        return Json.bytes(review);
    }

    static void reply(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    TestCluster cluster() {
        return cluster;
    }

    /** The {@code request} members of the reviews that arrived. */
    List<JsonNode> asked() {
        return asked;
    }

    List<String> skipped() {
        return skipped;
    }

    List<String> failedOpen() {
        return failedOpen;
    }

    List<String> warnings() {
        return warnings;
    }

    Map<String, String> annotations() {
        return annotations;
    }

    void answers(Function<JsonNode, ObjectNode> response) {
        answer = response;
    }

    static ObjectNode allowed() {
        return Json.object().put("allowed", true);
    }

    /** A response with a JSON patch written with apostrophes. */
    static ObjectNode patched(String patch) {
        var bytes = patch.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return allowed()
                .put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(bytes));
    }

    /** A {@code clientConfig} member that leads to the server. */
    String url(String path) {
        return "'url': 'http://127.0.0.1:" + server.getAddress().getPort() + path + "'";
    }

    /** A configuration of one webhook {@code NAME.b.c} for the operations and resources, at a path called like it. */
    void configure(String kind, String name, String operations, String resources, String more) {
        cluster.create("""
                {'apiVersion': 'admissionregistration.k8s.io/v1', 'kind': '%s', 'metadata': {'name': '%s'}, 'webhooks': [
                 {'name': '%s.b.c', 'clientConfig': {%s}, 'sideEffects': 'None', 'admissionReviewVersions': ['v1'],
                  'rules': [{'operations': [%s], 'apiGroups': ['*'], 'apiVersions': ['*'], %s}]%s}]}""".formatted(
                        kind, name, name, url("/" + name), operations, resources, more.isEmpty() ? "" : ", " + more));
    }

    ObjectNode create(String json) {
        return create(json, false);
    }

    ObjectNode create(String json, boolean dryRun) {
        var object = (ObjectNode) Json.parse(json.replace('\'', '"'));
        return operations().create(JOE, type(object), Trees.namespace(object), object, options(dryRun));
    }

    ObjectNode modify(String plural, String name, String subresource, UnaryOperator<ObjectNode> change) {
        var type = type(plural);
        var target = new Target(type.namespaced() ? "default" : "", name, subresource);
        return operations().modify(JOE, type, target, change, options(false));
    }

    void delete(String plural, String name) {
        var options =
                new DeleteOptions(Optional.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty(), false);
        var type = type(plural);
        var target = Target.of(type.namespaced() ? "default" : "", name);
        operations().delete(JOE, type, target, options, new Remarks(warnings::add, annotations::putIfAbsent));
    }

    private StandardOperations operations() {
        return (StandardOperations) cluster.cluster().operations();
    }

    private WriteOptions options(boolean dryRun) {
        var remarks = new Remarks(warnings::add, annotations::putIfAbsent);
        return new WriteOptions("test", FieldValidation.WARN, dryRun, false, remarks);
    }

    private static ResourceType type(String plural) {
        return TestCluster.registry().preferred(TestCluster.resource(plural)).orElseThrow();
    }

    private static ResourceType type(ObjectNode object) {
        return TestCluster.registry().all().stream()
                .filter(type -> type.kind().apiVersion().equals(Trees.text(object, "apiVersion"))
                        && type.kind().kind().equals(Trees.text(object, "kind")))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        server.stop(0);
        webhooks.close();
        cluster.close();
    }
}
