package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.configuration.AuditLevel;
import io.luban.embeddedkube.configuration.AuditSettings;
import io.luban.embeddedkube.configuration.ServingSettings;
import io.luban.embeddedkube.pki.Pki;
import io.luban.embeddedkube.service.ServicePort;
import io.luban.http.Handler;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Limits;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.ServerConfig;
import io.luban.http.TlsMaterial;
import io.luban.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks behind a Service, over TLS, and everything that is asked of them. */
class WebhooksIT {
    private static final String HOOKS = "/apis/admissionregistration.k8s.io/v1/";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final ServicePort PORT = ServicePort.of("default", "hook", 443);
    private static final String WIDGETS = "/apis/w.example.com/v1/namespaces/default/widgets";

    @TempDir
    static Path directory;

    private static TestCluster cluster;
    private static HttpRuntime runtime;
    private static HttpServer server;
    private static Pki pki;
    private static final List<JsonNode> ASKED = new CopyOnWriteArrayList<>();
    private static volatile Function<JsonNode, ObjectNode> answer = request -> allowed();

    @BeforeAll
    static void start() {
        var config = EmbeddedKubeConfig.of(directory.resolve("data"));
        var audit = new AuditSettings(Optional.of(Path.of("audit.log")), AuditLevel.METADATA, 10_000_000);
        cluster = TestCluster.start(config.simulating(false, Duration.ZERO).with(audit));
        runtime = HttpRuntime.create();
        var other = EmbeddedKubeConfig.of(directory.resolve("other"));
        var named = other.with(new ServingSettings(
                other.bindAddress(),
                0,
                Optional.empty(),
                List.of("hook.default.svc"),
                other.maxRequestBytes(),
                List.of()));
        pki = Pki.open(directory.resolve("pki"), named, Clock.systemUTC());
        var identity = pki.servingCertificate();
        var tls = new TlsMaterial(identity.certificatePem(), identity.keyPem(), false);
        Handler handler = WebhooksIT::serve;
        server = HttpServer.start(
                runtime,
                new ServerConfig("127.0.0.1", 0, Optional.of(tls), Limits.DEFAULTS),
                request -> Optional.empty(),
                handler);
        cluster.server().localServices().register(PORT, URI.create("https://127.0.0.1:" + server.port()));
        post("/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'robot'}}");
    }

    @AfterAll
    static void stop() {
        server.close();
        cluster.close();
        runtime.close();
    }

    @AfterEach
    void forget() {
        for (var kind : List.of("mutatingwebhookconfigurations", "validatingwebhookconfigurations")) {
            cluster.send(cluster.request(HOOKS + kind + "/w").DELETE());
        }
        ASKED.clear();
        answer = request -> allowed();
    }

    private static Reply serve(Request request) {
        var asked = Json.parse(request.body(4_000_000)).path("request");
        ASKED.add(asked);
        var review = Json.object().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        review.set("response", answer.apply(asked).put("uid", asked.path("uid").asText()));
        return Reply.json(200, Json.bytes(review));
    }

    private static ObjectNode allowed() {
        return Json.object().put("allowed", true);
    }

    private static ObjectNode patched(String patch) {
        var bytes = patch.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return allowed()
                .put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(bytes));
    }

    private static ObjectNode refused(String message) {
        var response = Json.object().put("allowed", false);
        response.putObject("status").put("message", message);
        return response;
    }

    private static String bundle(Pki authority) {
        return Base64.getEncoder().encodeToString(authority.caPem().getBytes(StandardCharsets.US_ASCII));
    }

    private static void configure(String kind, String rule, String bundle, String service) {
        var plural = kind.toLowerCase(Locale.ROOT) + "webhookconfigurations";
        post(HOOKS + plural, """
                {'apiVersion':'admissionregistration.k8s.io/v1','kind':'%sWebhookConfiguration','metadata':{'name':'w'},
                 'webhooks':[{'name':'a.b.c','sideEffects':'None','admissionReviewVersions':['v1'],'clientConfig':
                  {'caBundle':'%s','service':{'namespace':'default','name':'%s','path':'/x'}},'rules':[{'apiGroups':['*'],
                  'apiVersions':['*'],%s}]}]}""".formatted(kind, bundle, service, rule));
    }

    private static void configure(String kind, String rule) {
        configure(kind, rule, bundle(pki), "hook");
    }

    @Test
    void a_service_is_asked_over_tls_and_its_name_and_authority_are_checked() {
        configure("Validating", "'operations':['CREATE'],'resources':['configmaps']");
        answer = request -> refused("seen");
        assertThat(message(send("POST", MAPS, map("a"))))
                .isEqualTo("admission webhook \"a.b.c\" denied the request: seen");
        forget();

        var stranger = Pki.open(directory.resolve("stranger"), EmbeddedKubeConfig.of(directory), Clock.systemUTC());
        configure("Validating", "'operations':['CREATE'],'resources':['configmaps']", bundle(stranger), "hook");
        assertThat(message(send("POST", MAPS, map("a")))).contains("failed calling webhook \"a.b.c\"");
        forget();

        cluster.server()
                .localServices()
                .register(ServicePort.of("default", "alias", 443), URI.create("https://127.0.0.1:" + server.port()));
        configure("Validating", "'operations':['CREATE'],'resources':['configmaps']", bundle(pki), "alias");
        assertThat(message(send("POST", MAPS, map("a"))))
                .contains("failed calling webhook \"a.b.c\"", "certificate is not valid for alias.default.svc");
        assertThat(ASKED).isEmpty();
    }

    @Test
    void evictions_bindings_and_tokens_are_creates_of_their_subresource() {
        post(PODS, pod("victim"));
        configure("Validating", "'operations':['CREATE'],'resources':['pods/*','serviceaccounts/*','bindings']");
        answer = request -> refused("no " + request.path("subResource").asText());

        var eviction = send("POST", PODS + "/victim/eviction?dryRun=All", "{'metadata':{'name':'victim'}}");
        var binding = send("POST", PODS + "/victim/binding", "{'metadata':{'name':'victim'},'target':{'name':'n'}}");
        var bindings = send(
                "POST", "/api/v1/namespaces/default/bindings", "{'metadata':{'name':'victim'},'target':{'name':'n'}}");
        var token = send("POST", "/api/v1/namespaces/default/serviceaccounts/robot/token", "{'spec':{}}");

        assertThat(List.of(message(eviction), message(binding), message(bindings), message(token)))
                .extracting(text -> text.substring(text.indexOf("request")))
                .containsExactly("request: no eviction", "request: no binding", "request: no ", "request: no token");
        assertThat(ASKED)
                .extracting(request -> "%s %s %s %s %s %s %s"
                        .formatted(
                                request.path("operation").asText(),
                                request.at("/kind/group").asText(),
                                request.at("/kind/kind").asText(),
                                request.at("/resource/resource").asText(),
                                request.path("name").asText(),
                                request.at("/object/kind").asText(),
                                request.path("dryRun").asBoolean()))
                .containsExactly(
                        "CREATE policy Eviction pods victim Eviction true",
                        "CREATE  Binding pods victim Binding false",
                        "CREATE  Binding bindings victim Binding false",
                        "CREATE authentication.k8s.io TokenRequest serviceaccounts robot TokenRequest false");
        assertThat(get(PODS + "/victim").at("/spec/nodeName").isMissingNode()).isTrue();
    }

    @Test
    void an_eviction_is_judged_as_what_it_is_and_not_as_a_deletion_too() {
        post(PODS, pod("leaving"));
        configure("Validating", "'operations':['CREATE','DELETE'],'resources':['pods','pods/eviction']");

        var eviction = send("POST", PODS + "/leaving/eviction", "{'metadata':{'name':'leaving'}}");

        assertThat(eviction.statusCode()).as(eviction.body()).isEqualTo(201);
        assertThat(cluster.send(cluster.request(PODS + "/leaving")).statusCode())
                .isEqualTo(404);
        assertThat(ASKED)
                .singleElement()
                .satisfies(request ->
                        assertThat(request.path("operation").asText()).isEqualTo("CREATE"));
    }

    @Test
    void what_a_webhook_changes_in_a_token_request_counts() {
        configure("Mutating", "'operations':['CREATE'],'resources':['serviceaccounts/token']");
        answer = request -> patched("[{'op':'replace','path':'/spec/expirationSeconds','value':1200}]");

        var token = body(send(
                "POST",
                "/api/v1/namespaces/default/serviceaccounts/robot/token",
                "{'spec':{'expirationSeconds':7200}}"));

        assertThat(token.at("/spec/expirationSeconds").asInt())
                .as(token.toString())
                .isEqualTo(1200);
    }

    @Test
    void reviews_are_not_judged() {
        configure("Validating", "'operations':['*'],'resources':['*/*']");
        answer = request -> refused("everything");

        var review = send("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");

        assertThat(review.statusCode()).isEqualTo(201);
        assertThat(ASKED).isEmpty();
    }

    @Test
    void connections_are_judged_by_webhooks() {
        configure("Validating", "'operations':['CONNECT'],'resources':['pods/exec','pods/attach']");
        answer = request -> refused(request.at("/object/command/0").asText());

        var exec = cluster.send(cluster.request(PODS + "/none/exec?command=ls&stdin=true"));

        assertThat(message(exec)).isEqualTo("admission webhook \"a.b.c\" denied the request: ls");
        assertThat(ASKED).singleElement().satisfies(request -> {
            assertThat(request.path("operation").asText()).isEqualTo("CONNECT");
            assertThat(request.at("/kind/kind").asText()).isEqualTo("PodExecOptions");
            assertThat(request.path("oldObject").isNull()).isTrue();
        });
    }

    @Test
    void custom_resources_are_pruned_and_completed_after_webhooks() {
        post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
                {'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',
                 'metadata':{'name':'widgets.w.example.com'},'spec':{'group':'w.example.com','scope':'Namespaced',
                 'names':{'plural':'widgets','kind':'Widget'},'versions':[{'name':'v1','served':true,'storage':true,
                 'subresources':{'status':{}},'schema':{'openAPIV3Schema':{'type':'object','properties':{
                  'status':{'type':'object','properties':{'seen':{'type':'boolean'}}},
                  'spec':{'type':'object','properties':{'a':{'type':'string'},
                   'parts':{'type':'array','items':{'type':'object','properties':{'size':{'type':'integer','default':7}}}}}}}}}}]}}""");
        configure("Mutating", "'operations':['CREATE','UPDATE'],'resources':['widgets']");
        answer = request -> patched("""
                [{'op':'add','path':'/spec/unknown','value':1},{'op':'add','path':'/spec/parts','value':[{}]},
                 {'op':'add','path':'/status','value':{'seen':true}},{'op':'add','path':'/metadata/uid','value':'forged'}]""");

        var created = post(WIDGETS, """
                {'apiVersion':'w.example.com/v1','kind':'Widget','metadata':{'name':'x'},'spec':{'a':'b'}}""");
        var changed = body(send("PATCH", WIDGETS + "/x", "{'spec':{'a':'c'}}"));

        assertThat(created.path("spec")).isEqualTo(Json.parse("{\"a\":\"b\",\"parts\":[{\"size\":7}]}"));
        assertThat(changed.path("spec")).isEqualTo(Json.parse("{\"a\":\"c\",\"parts\":[{\"size\":7}]}"));
        assertThat(get(WIDGETS + "/x")).isEqualTo(changed);
        assertThat(changed.has("status")).isFalse();
        assertThat(changed.at("/metadata/uid")).isEqualTo(created.at("/metadata/uid"));
        assertThat(created.at("/metadata/uid").asText()).isNotEqualTo("forged");
        var owned = post(MAPS, """
                {'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'owned','ownerReferences':[{'kind':'Widget',
                 'apiVersion':'w.example.com/v1','name':'x','uid':'%s'}]}}""".formatted(created.at("/metadata/uid").asText()));
        cluster.send(cluster.request(WIDGETS + "/x").DELETE());
        await().until(() -> cluster.send(cluster.request(MAPS + "/owned")).statusCode() == 404);
        assertThat(owned.at("/metadata/name").asText()).isEqualTo("owned");
    }

    @Test
    void a_webhook_that_nothing_real_stands_behind_is_passed_over_and_an_event_says_so() {
        configure("Validating", "'operations':['CREATE'],'resources':['configmaps']", bundle(pki), "nothing");

        assertThat(send("POST", MAPS, map("b")).statusCode()).isEqualTo(201);

        await().untilAsserted(() -> assertThat(
                        get("/api/v1/namespaces/default/events").path("items"))
                .anySatisfy(event -> {
                    assertThat(event.path("reason").asText()).isEqualTo("WebhookSkipped");
                    assertThat(event.at("/involvedObject/kind").asText()).isEqualTo("ValidatingWebhookConfiguration");
                    assertThat(event.at("/involvedObject/name").asText()).isEqualTo("w");
                    assertThat(event.path("message").asText()).contains("\"a.b.c\"", "\"default/nothing\"");
                }));
    }

    @Test
    void failures_that_are_ignored_are_measured_and_stand_in_the_audit_trail() throws IOException {
        configure("Validating", "'operations':['CREATE','DELETE'],'resources':['configmaps']");
        cluster.send(cluster.request(HOOKS + "validatingwebhookconfigurations/w")
                .header("Content-Type", "application/json-patch+json")
                .method(
                        "PATCH",
                        BodyPublishers.ofString(
                                "[{\"op\":\"replace\",\"path\":\"/webhooks/0/failurePolicy\",\"value\":\"Ignore\"}]")));
        answer = request -> {
            var response = allowed();
            response.putObject("auditAnnotations")
                    .put("said", request.path("operation").asText());
            return request.path("name").asText().equals("open")
                    ? Json.object().put("allowed", true).put("patch", "e30=")
                    : response;
        };

        send("POST", MAPS, map("open"));
        send("POST", MAPS, map("noted"));
        cluster.send(cluster.request(MAPS + "/noted").DELETE());

        assertThat(cluster.send(cluster.request("/metrics")).body())
                .contains("apiserver_admission_webhook_fail_open_count{name=\"a.b.c\",type=\"validating\"} 1.0");
        var file = directory.resolve("data/audit.log");
        await().until(() -> Files.readString(file).contains("\"DELETE\""));
        assertThat(Files.readAllLines(file))
                .anyMatch(line ->
                        line.contains("failed-open.validating.webhook.admission.k8s.io/round_0_index_0\":\"a.b.c\""))
                .anyMatch(line -> line.contains("\"a.b.c/said\":\"CREATE\""))
                .anyMatch(line -> line.contains("\"a.b.c/said\":\"DELETE\""));
    }

    private static String map(String name) {
        return "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'%s'}}".formatted(name);
    }

    private static String pod(String name) {
        return "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s'},'spec':{'containers':[{'name':'c','image':'i'}]}}"
                .formatted(name);
    }

    private static JsonNode post(String path, String json) {
        var response = send("POST", path, json);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return body(response);
    }

    private static HttpResponse<String> send(String method, String path, String json) {
        return cluster.send(cluster.request(path)
                .header("Content-Type", method.equals("PATCH") ? "application/merge-patch+json" : "application/json")
                .method(method, BodyPublishers.ofString(json.replace('\'', '"'))));
    }

    private static JsonNode get(String path) {
        return body(cluster.send(cluster.request(path)));
    }

    private static JsonNode body(HttpResponse<String> response) {
        return Json.parse(response.body());
    }

    private static String message(HttpResponse<String> response) {
        return body(response).path("message").asText();
    }
}
