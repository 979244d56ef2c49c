package io.luban.standalone.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.service.ServicePort;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.model.Json;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client over the API server that it is made for. */
class InProcessClientIT {
    private static final User ADMINISTRATOR =
            new User("kubernetes-admin", "", List.of("system:masters", "system:authenticated"), Map.of());
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int LARGE = 900_000;

    @TempDir
    private static Path directory;

    private static EmbeddedKubernetes server;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        server = EmbeddedKubernetes.start(directory.resolve("shared"));
        client = clientOf(server);
    }

    @BeforeEach
    void nothing_is_left_of_other_tests() {
        awaitWatches(0);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static KubernetesClient clientOf(EmbeddedKubernetes kubernetes) {
        return InProcessClient.of(
                request -> kubernetes.handler().handle(request.with(EmbeddedKubernetes.TRUSTED_USER, ADMINISTRATOR)),
                url(kubernetes),
                () -> KubeClients.fromKubeconfig(kubernetes.kubeconfig()));
    }

    private static String url(EmbeddedKubernetes kubernetes) {
        return "https://127.0.0.1:" + kubernetes.port();
    }

    private static <T> T within(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private static ConfigMap map(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .addToData("key", value)
                .build();
    }

    private static ObjectNode json(String text) {
        return Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
    }

    private static int watches() {
        return client.raw("/metrics")
                .lines()
                .filter(line -> line.startsWith("apiserver_watches "))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    private static void awaitWatches(int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(watches()).isEqualTo(count));
    }

    private static BufferedReader watch(HttpClient http, String path) throws Exception {
        var request = http.newHttpRequestBuilder().uri(url(server) + path).build();
        var body = within(http.sendAsync(request, InputStream.class)).body();
        return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    @Test
    void objects_are_created_read_changed_and_deleted() {
        var maps = client.configMaps().inNamespace("default");
        assertThat(maps.resource(map("crud", "ä")).create().getMetadata().getUid())
                .isNotEmpty();
        assertThat(maps.withName("crud").get().getData()).containsEntry("key", "ä");
        maps.withName("crud")
                .edit(found ->
                        new ConfigMapBuilder(found).addToData("more", "2").build());
        maps.withName("crud").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\": {\"key\": null}}");
        maps.resource(new ConfigMapBuilder(map("crud", "applied")).build())
                .fieldManager("somebody")
                .forceConflicts()
                .serverSideApply();
        assertThat(maps.withName("crud").get().getData())
                .containsOnly(Map.entry("more", "2"), Map.entry("key", "applied"));
        assertThat(maps.withLabel("no", "such").list().getItems()).isEmpty();
        assertThat(maps.withName("crud")
                        .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                        .delete())
                .hasSize(1);
        assertThat(maps.withName("crud").get()).isNull();
    }

    @Test
    void refusals_carry_the_status_of_the_server() {
        var rest = KubeRest.of(client);
        rest.create(MAPS, json("{\"metadata\": {\"name\": \"taken\"}}"));

        assertThat(rest.find(MAPS + "/absent")).isEmpty();
        assertThatThrownBy(() -> rest.create(MAPS, json("{\"metadata\": {\"name\": \"taken\"}}")))
                .hasMessageContaining("configmaps \"taken\" already exists");
        assertThatThrownBy(() -> client.resource(map("Bad Name", "x")).create())
                .isInstanceOf(KubernetesClientException.class)
                .extracting(e -> ((KubernetesClientException) e).getCode())
                .isEqualTo(422);
    }

    @Test
    void it_is_the_administrator_and_no_header_makes_it_somebody_else() throws Exception {
        var review = "{\"apiVersion\": \"authentication.k8s.io/v1\", \"kind\": \"SelfSubjectReview\"}";
        var path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
        try (var network = KubeClients.fromKubeconfig(server.kubeconfig())) {
            var user = "/status/userInfo/username";
            var here = KubeRest.of(client).create(path, json(review));
            var there = KubeRest.of(network).create(path, json(review));
            assertThat(here.at(user)).isEqualTo(there.at(user));
            assertThat(here.at("/status/userInfo/groups"))
                    .containsExactlyInAnyOrderElementsOf(there.at("/status/userInfo/groups"));

            var http = client.getHttpClient();
            var forged = http.newHttpRequestBuilder()
                    .uri(url(server) + path)
                    .header("Authorization", "Bearer forged")
                    .header("X-Remote-User", "mallory")
                    .method("POST", "application/json", review)
                    .build();
            var answer = within(http.sendAsync(forged, byte[].class)).body();
            assertThat(Json.parseObject(answer).at(user)).isEqualTo(there.at(user));

            var impersonating = http.newHttpRequestBuilder()
                    .uri(url(server) + MAPS)
                    .header("Impersonate-User", "alice")
                    .build();
            assertThat(within(http.sendAsync(impersonating, byte[].class)).code())
                    .isEqualTo(403);
        }
    }

    @Test
    void large_bodies_go_both_ways() {
        var value = "ü".repeat(LARGE / 2);
        for (int i = 0; i < 6; i++) {
            client.resource(map("large-" + i, value)).create();
        }
        var listed = client.configMaps().inNamespace("default").list().getItems().stream()
                .filter(map -> map.getMetadata().getName().startsWith("large-"))
                .toList();

        assertThat(listed)
                .hasSize(6)
                .allSatisfy(map -> assertThat(map.getData()).containsEntry("key", value));
        assertThatThrownBy(() -> client.resource(map("too-large", value + value + value + value))
                        .create())
                .hasMessageContaining("too large");
        client.configMaps().inNamespace("default").withName("large-0").delete();
    }

    @Test
    void informers_see_every_change_in_order_and_leave_nothing_behind() {
        var seen = new LinkedBlockingQueue<String>();
        var handler = new ResourceEventHandler<ConfigMap>() {
            @Override
            public void onAdd(ConfigMap added) {
                seen.add("+" + added.getData().get("key"));
            }

            @Override
            public void onUpdate(ConfigMap old, ConfigMap changed) {
                seen.add("~" + changed.getData().get("key"));
            }

            @Override
            public void onDelete(ConfigMap deleted, boolean unknown) {
                seen.add("-" + deleted.getData().get("key"));
            }
        };
        try (var informer =
                client.configMaps().inNamespace("default").withName("informed").inform(handler)) {
            assertThat(informer.hasSynced()).isTrue();
            awaitWatches(1);
            client.resource(map("informed", "0")).create();
            for (int i = 1; i < 50; i++) {
                KubeRest.of(client).patch(MAPS + "/informed", json("{\"data\": {\"key\": \"" + i + "\"}}"));
            }
            client.resource(map("informed", "")).delete();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> seen.contains("-49"));
            assertThat(seen).first().isEqualTo("+0");
            assertThat(seen.stream().map(text -> Integer.parseInt(text.substring(1))))
                    .isSorted();
        }
        awaitWatches(0);
    }

    @Test
    void a_watch_that_is_not_read_is_cut_by_the_server() throws Exception {
        var http = client.getHttpClient();
        var request = http.newHttpRequestBuilder()
                .uri(url(server) + MAPS + "?watch=true&fieldSelector=metadata.name=flood")
                .build();
        AsyncBody.Consumer<List<java.nio.ByteBuffer>> idle = (pieces, body) -> {};
        var body = within(http.consumeBytes(request, idle)).body();
        awaitWatches(1);
        for (int i = 0; i < 24 && !body.done().isDone(); i++) {
            var letter = Character.toString('a' + i);
            client.resource(map("flood", letter.repeat(LARGE))).createOr(map -> map.update());
        }

        assertThatThrownBy(() -> within(body.done())).hasRootCauseMessage("kubernetes broke the answer off");
        awaitWatches(0);
        client.resource(map("flood", "")).delete();
    }

    @Test
    void watches_end_when_the_client_leaves_or_is_closed() throws Exception {
        var left = watch(client.getHttpClient(), MAPS + "?watch=true");
        awaitWatches(1);
        left.close();
        awaitWatches(0);

        try (var other = clientOf(server)) {
            var unread = watch(other.getHttpClient(), MAPS + "?watch=true");
            awaitWatches(1);
            assertThat(unread).isNotNull();
        }
        awaitWatches(0);
    }

    @Test
    void a_server_that_stops_ends_its_watches_and_an_informer_finds_its_successor() throws Exception {
        var data = EmbeddedKubeConfig.of(directory.resolve("restarted")).onPort(0);
        var running = new EmbeddedKubernetes[] {EmbeddedKubernetes.start(data)};
        var seen = new LinkedBlockingQueue<String>();
        try (var moving = InProcessClient.of(
                        request -> running[0]
                                .handler()
                                .handle(request.with(EmbeddedKubernetes.TRUSTED_USER, ADMINISTRATOR)),
                        "https://127.0.0.1:1",
                        () -> KubeClients.fromKubeconfig(data.dataDirectory().resolve("kubeconfig")));
                var informer = moving.configMaps().inNamespace("default").inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(ConfigMap added) {
                        seen.add(added.getMetadata().getName());
                    }

                    @Override
                    public void onUpdate(ConfigMap old, ConfigMap changed) {}

                    @Override
                    public void onDelete(ConfigMap deleted, boolean unknown) {}
                })) {
            var http = moving.getHttpClient();
            var watch = within(http.sendAsync(
                    http.newHttpRequestBuilder()
                            .uri("https://127.0.0.1:1" + MAPS + "?watch=true&resourceVersion=0")
                            .build(),
                    InputStream.class));
            running[0].close();
            assertThat(new String(watch.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("kube-root-ca.crt");

            running[0] = EmbeddedKubernetes.start(data);
            moving.resource(map("afterwards", "x")).create();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> seen.contains("afterwards"));
            assertThat(informer.isRunning()).isTrue();
        } finally {
            running[0].close();
        }
    }

    @Test
    void what_the_server_passes_on_takes_the_network() throws Exception {
        var backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/", exchange -> {
            var text = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(201, 0);
            try (var out = exchange.getResponseBody()) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        });
        backend.start();
        var port = ServicePort.of("default", "web", 80);
        var address = URI.create("http://127.0.0.1:" + backend.getAddress().getPort());
        try (var registered = server.localServices().register(port, address)) {
            assertThat(registered).isNotNull();
            var http = client.getHttpClient();
            var request = http.newHttpRequestBuilder()
                    .uri(url(server) + "/api/v1/namespaces/default/services/http:web:80/proxy/p?q=1")
                    .method("PUT", "text/plain", "body")
                    .build();
            var response = within(http.sendAsync(request, String.class));

            assertThat(response.code()).isEqualTo(201);
            assertThat(response.body()).isEqualTo("PUT /p?q=1 body");
        } finally {
            backend.stop(0);
        }
    }

    @Test
    void web_sockets_take_the_network() throws Exception {
        var messages = new LinkedBlockingQueue<String>();
        var socket = within(client.getHttpClient()
                .newWebSocketBuilder()
                .uri(URI.create(url(server) + MAPS + "?watch=true&fieldSelector=metadata.name=kube-root-ca.crt"))
                .buildAsync(new WebSocket.Listener() {
                    @Override
                    public void onMessage(WebSocket from, String text) {
                        messages.add(text);
                    }
                }));
        assertThat(messages.poll(60, TimeUnit.SECONDS)).contains("\"ADDED\"", "kube-root-ca.crt");
        socket.sendClose(1000, null);
    }
}
