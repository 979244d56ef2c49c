package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.luban.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Health checks, circuit breakers and limits that objects declare, and what becomes of objects that a change breaks. */
class BackendProtectionTest {
    private static final String API_SERVICES = GatewayFixture.EXTENSIONS + "apiservices";
    private static final String BUNDLES = GatewayFixture.EXTENSIONS + "jsbundles";
    private static final String PROXIES = GatewayFixture.EXTENSIONS + "reverseproxies";
    private static final AtomicInteger answers = new AtomicInteger(200);
    private static final AtomicInteger slow = new AtomicInteger();
    private static final AtomicInteger probed = new AtomicInteger();
    private static final CountDownLatch ended = new CountDownLatch(1);
    private static final CountDownLatch release = new CountDownLatch(1);
    private static GatewayFixture fixture;
    private static HttpServer backend;
    private static String admin;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        backend.createContext("/", exchange -> {
            if (exchange.getRequestURI().getPath().endsWith("/bundle-healthz")) {
                probed.incrementAndGet();
            }
            if (exchange.getRequestURI().getPath().endsWith("/slow")) {
                slow.incrementAndGet();
                block(release);
            }
            if (exchange.getRequestURI().getPath().endsWith("/hang")) {
                block(ended);
            }
            exchange.sendResponseHeaders(answers.get(), -1);
            exchange.close();
        });
        backend.start();
    }

    @AfterAll
    static void stop() {
        release.countDown();
        ended.countDown();
        fixture.close();
        backend.stop(0);
    }

    @Test
    void keeps_requests_from_a_backend_that_is_not_healthy_until_it_recovers() {
        apply(API_SERVICES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: v1.health.io, generation: 4}
                spec:
                  group: health.io
                  version: v1
                  url: CHANGING
                  healthCheck: {url: /healthz, interval: 250ms, unhealthyThreshold: 2, status: "200-299"}
                status: {state: Available}
                """);
        await().until(() -> get("/kapis/health.io/v1/things").statusCode() == 200);
        await().until(() ->
                metrics().contains("ks_proxy_upstream_healthy{kind=\"APIService\",name=\"v1.health.io\"} 1.0"));

        answers.set(500);
        await().until(() -> get("/kapis/health.io/v1/things").statusCode() == 503);
        var refused = get("/kapis/health.io/v1/things");
        assertThat(json(refused).path("message").asText()).isEqualTo("APIService v1.health.io is not healthy");
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(metrics()).contains("ks_proxy_upstream_healthy{kind=\"APIService\",name=\"v1.health.io\"} 0.0");
        await().until(() -> condition(API_SERVICES + "/v1.health.io", "Healthy")
                .path("message")
                .asText()
                .equals("status 500"));
        var condition = condition(API_SERVICES + "/v1.health.io", "Healthy");
        assertThat(condition.path("status").asText()).isEqualTo("False");
        assertThat(condition.path("reason").asText()).isEqualTo("ProbeFailed");
        assertThat(condition.path("observedGeneration").asInt()).isEqualTo(4);
        assertThat(fixture.kubernetes
                        .object(API_SERVICES + "/v1.health.io")
                        .at("/status/state")
                        .asText())
                .isEqualTo("Available");

        answers.set(200);
        await().until(() -> get("/kapis/health.io/v1/things").statusCode() == 200);
        await().until(() -> condition(API_SERVICES + "/v1.health.io", "Healthy")
                .path("status")
                .asText()
                .equals("True"));
    }

    @Test
    void leaves_a_backend_alone_that_fails_again_and_again() {
        fixture.apply(PROXIES, """
                metadata: {name: fragile}
                spec:
                  matcher: {path: /proxy/fragile/*, method: "*"}
                  upstream: {url: BACKEND, circuitBreaker: {consecutiveFailures: 3, openDuration: 1s}}
                """);
        await().until(() -> get("/proxy/fragile/x").statusCode() == 200);

        IntStream.range(0, 3)
                .forEach(i -> assertThat(
                                get("/proxy/fragile/status/503").headers().firstValue("X-Backend"))
                        .contains("yes"));
        // open for a second only, which a busy machine may take to ask again
        var refused = await().until(() -> get("/proxy/fragile/x"), answer -> {
            boolean spared = answer.headers().firstValue("X-Backend").isEmpty();
            if (!spared) {
                IntStream.range(0, 3).forEach(i -> get("/proxy/fragile/status/503"));
            }
            return spared;
        });
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("X-Backend")).isEmpty();
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        await().until(() -> get("/proxy/fragile/x").statusCode() == 200);
        assertThat(get("/proxy/fragile/status/404").statusCode()).isEqualTo(404);
    }

    @Test
    void opens_the_circuit_of_a_backend_that_cannot_be_reached() {
        fixture.apply(PROXIES, """
                metadata: {name: gone}
                spec:
                  matcher: {path: /proxy/gone/*}
                  upstream: {url: 'http://127.0.0.1:1', circuitBreaker: {consecutiveFailures: 2, statusCodes: 500}}
                """);
        await().until(() -> get("/proxy/gone/x").statusCode() != 404);
        get("/proxy/gone/x");

        assertThat(get("/proxy/gone/x").statusCode()).isEqualTo(503);
    }

    @Test
    void limits_how_often_each_user_asks() {
        fixture.role("limited", "{verbs: ['*'], nonResourceURLs: ['/proxy/*']}");
        fixture.bind("limited", "limited", "User", "bob");
        fixture.apply(PROXIES, """
                metadata: {name: limited}
                spec:
                  matcher: {path: /proxy/limited/*}
                  upstream: {url: BACKEND, rateLimit: {requestsPerSecond: 0.01, burst: 2, key: user}}
                """);
        var bob = fixture.token("bob", GatewayFixture.BOB_PASSWORD);
        await().until(() -> fixture.get("/proxy/limited/x", bob).statusCode() == 200);
        fixture.get("/proxy/limited/x", bob);

        var refused = fixture.get("/proxy/limited/x", bob);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(json(refused).path("reason").asText()).isEqualTo("TooManyRequests");
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(50, 100);
        assertThat(get("/proxy/limited/x").statusCode()).isEqualTo(200);
    }

    @Test
    void redirects_made_here_count_and_carry_the_fields_of_answers() {
        apply(PROXIES, """
                metadata: {name: moved}
                spec:
                  matcher: {path: /proxy/moved/*}
                  upstream: {url: BACKEND, rateLimit: {requestsPerSecond: 0.01, burst: 2}}
                  directives: {redirect: ['* /there'], headerDown: ['X-Down yes']}
                """);
        apply(PROXIES, """
                metadata: {name: shut}
                spec: {matcher: {path: /proxy/shut/*}, upstream: {url: BACKEND}, directives: {headerDown: ['X-Down yes']}}
                status: {state: Disabled}
                """);
        await().until(() -> get("/proxy/shut/x").statusCode() == 503);
        assertThat(get("/proxy/shut/x").headers().firstValue("X-Down")).contains("yes");
        await().until(() -> get("/proxy/moved/x").statusCode() == 302);
        assertThat(get("/proxy/moved/x").headers().firstValue("X-Down")).contains("yes");

        assertThat(get("/proxy/moved/x").statusCode()).isEqualTo(429);
    }

    @Test
    void limits_how_many_requests_run_at_once() {
        apply(PROXIES, """
                metadata: {name: narrow}
                spec:
                  matcher: {path: /proxy/narrow/*}
                  upstream: {url: CHANGING, rateLimit: {maxConcurrent: 2}}
                """);
        await().until(() -> get("/proxy/narrow/x").statusCode() != 404);
        var running = IntStream.range(0, 2)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> get("/proxy/narrow/slow")))
                .toList();
        await().until(() -> slow.get() == 2);

        assertThat(get("/proxy/narrow/x").statusCode()).isEqualTo(429);
        release.countDown();
        running.forEach(CompletableFuture::join);
        await().until(() -> get("/proxy/narrow/x").statusCode() != 429);
    }

    @Test
    void keeps_the_last_good_form_serving_and_says_what_is_wrong() {
        fixture.apply(PROXIES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: careful, generation: 1}
                spec: {matcher: {path: /proxy/careful/*}, upstream: {url: BACKEND}}
                """);
        await().until(() -> get("/proxy/careful/x").statusCode() == 200);

        fixture.apply(PROXIES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: careful, generation: 2}
                spec: {matcher: {path: /proxy/careful/*}, upstream: {url: 'gopher://x'}}
                """);
        await().until(() -> !condition(PROXIES + "/careful", "Accepted").isMissingNode());
        var refused = condition(PROXIES + "/careful", "Accepted");
        assertThat(refused.path("status").asText()).isEqualTo("False");
        assertThat(refused.path("message").asText()).contains("spec.upstream").contains("gopher");
        assertThat(get("/proxy/careful/x").statusCode()).isEqualTo(200);

        var repaired = fixture.kubernetes.object(PROXIES + "/careful");
        repaired.withObject("/spec/upstream").put("url", fixture.backendUrl());
        fixture.kubernetes.put(PROXIES, repaired);
        await().until(() -> condition(PROXIES + "/careful", "Accepted")
                .path("status")
                .asText()
                .equals("True"));
    }

    @Test
    void says_which_entries_are_ignored_and_which_paths_can_never_match() {
        fixture.apply(PROXIES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: partly}
                spec:
                  matcher: {path: /proxy/partly/*}
                  upstream: {url: BACKEND}
                  directives: {changeOrigin: true, pathRegexp: ["[ x"], redirect: ["/proxy/partly/old* /new 200"]}
                """);
        fixture.apply(PROXIES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: outside}
                spec: {matcher: {path: /elsewhere/*}, upstream: {url: BACKEND}}
                """);
        await().until(() -> !condition(PROXIES + "/partly", "Accepted").isMissingNode());
        await().until(() -> !condition(PROXIES + "/outside", "Accepted").isMissingNode());

        var partly = condition(PROXIES + "/partly", "Accepted");
        assertThat(partly.path("status").asText()).isEqualTo("True");
        assertThat(partly.path("reason").asText()).isEqualTo("PartiallyInvalid");
        assertThat(partly.path("message").asText())
                .contains("spec.directives.changeOrigin")
                .contains("spec.directives.pathRegexp[0]")
                .contains("spec.directives.redirect[0]");
        assertThat(condition(PROXIES + "/outside", "Accepted").path("reason").asText())
                .isEqualTo("PathNotAllowed");
    }

    @Test
    void says_which_of_two_proxies_with_one_path_never_matches() {
        for (var proxy : new String[][] {
            {"same-a", "{path: /proxy/same/*, method: '*'}"},
            {"same-b", "{path: /proxy/same/*, method: '*'}"},
            {"same-c", "[{path: /proxy/same/*, method: '*'}, {path: /proxy/other/*, method: GET}]"},
            {"same-d", "{path: /proxy/same/*, method: PUT}"}
        }) {
            fixture.apply(PROXIES, """
                    apiVersion: extensions.kubesphere.io/v1alpha1
                    metadata: {name: %s}
                    spec: {matcher: %s, upstream: {url: BACKEND}}
                    """.formatted(proxy[0], proxy[1]));
        }
        await().until(() -> !condition(PROXIES + "/same-b", "Accepted").isMissingNode());
        await().until(() -> !condition(PROXIES + "/same-c", "Accepted").isMissingNode());

        var never = condition(PROXIES + "/same-b", "Accepted");
        assertThat(never.path("status").asText()).isEqualTo("False");
        assertThat(never.path("reason").asText()).isEqualTo("Conflict");
        assertThat(never.path("message").asText())
                .isEqualTo("* /proxy/same/* is served by the ReverseProxy same-a, which was there before");
        assertThat(condition(PROXIES + "/same-c", "Accepted").path("status").asText())
                .isEqualTo("True");
        assertThat(condition(PROXIES + "/same-c", "Accepted").path("reason").asText())
                .isEqualTo("PartiallyInvalid");
        assertThat(condition(PROXIES + "/same-a", "Accepted").isMissingNode()).isTrue();
        assertThat(condition(PROXIES + "/same-d", "Accepted").isMissingNode()).isTrue();
    }

    @Test
    void protects_the_sources_of_bundles_as_other_backends() {
        apply(BUNDLES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: guarded, labels: {kubesphere.io/extension-ref: guarded}}
                spec:
                  rawFrom:
                    url: CHANGING/main.js
                    healthCheck: {url: /bundle-healthz, interval: 250ms, unhealthyThreshold: 2}
                  assets:
                    files:
                    - link: /dist/guarded/fragile.js
                      url: BACKEND/status/503
                      circuitBreaker: {consecutiveFailures: 2, openDuration: 1m}
                    - {link: /dist/guarded/limited.js, url: BACKEND/x.js, rateLimit: {requestsPerSecond: 0.01, burst: 1}}
                    - {link: /dist/guarded/hang.js, url: CHANGING/hang, timeout: 300ms}
                """);
        await().until(() -> get("/dist/guarded/index.js").statusCode() == 200);

        assertThat(get("/dist/guarded/fragile.js").headers().firstValue("X-Backend"))
                .contains("yes");
        get("/dist/guarded/fragile.js");
        var open = get("/dist/guarded/fragile.js");
        assertThat(open.statusCode()).isEqualTo(503);
        assertThat(open.headers().firstValue("X-Backend")).isEmpty();
        assertThat(open.headers().firstValue("Retry-After")).isPresent();
        assertThat(get("/dist/guarded/limited.js").statusCode()).isEqualTo(200);
        assertThat(get("/dist/guarded/limited.js").statusCode()).isEqualTo(429);
        assertThat(get("/dist/guarded/hang.js").statusCode()).isEqualTo(504);
        assertThat(metrics()).contains("ks_proxy_requests_total{code=\"504\",kind=\"JSBundle\",name=\"guarded\"} 1.0");
        await().until(() -> metrics()
                .contains("ks_proxy_upstream_healthy{kind=\"JSBundle\",name=\"guarded /dist/guarded/index.js\"} 1.0"));

        answers.set(500);
        await().until(() -> get("/dist/guarded/index.js").statusCode() == 503);
        await().untilAsserted(() -> assertThat(condition(BUNDLES + "/guarded", "Healthy")
                        .path("message")
                        .asText())
                .isEqualTo("/dist/guarded/index.js: status 500"));
        answers.set(200);
        await().until(() -> get("/dist/guarded/index.js").statusCode() == 200);

        fixture.kubernetes.remove(BUNDLES, "guarded");
        await().until(() -> !metrics().contains("name=\"guarded"));
        int probes = probed.get();
        await().during(Duration.ofMillis(700)).until(() -> probed.get() <= probes + 1);
    }

    @Test
    void limits_how_often_each_address_asks() {
        fixture.apply(PROXIES, """
                metadata: {name: byip}
                spec:
                  matcher: {path: /proxy/byip/*}
                  upstream: {url: BACKEND, rateLimit: {requestsPerSecond: 0.01, burst: 1, key: ip}}
                """);
        await().until(() -> from("203.0.113.1") != 404);
        await().until(() -> from("203.0.113.1") == 429);

        assertThat(from("203.0.113.2")).isEqualTo(200);
        assertThat(from("203.0.113.2")).isEqualTo(429);
        assertThat(from("203.0.113.3")).isEqualTo(200);
    }

    private static int from(String address) {
        return fixture.send(fixture.request("/proxy/byip/x")
                        .header("Authorization", "Bearer " + admin)
                        .header("X-Real-IP", address))
                .statusCode();
    }

    @Test
    void answers_redirects_without_the_backend() {
        fixture.apply(PROXIES, """
                metadata: {name: moved}
                spec:
                  matcher: {path: /proxy/moved/*}
                  upstream: {url: BACKEND}
                  directives: {redirect: ["*old* https://example.org{path}?{query} 308", "*tmp /later"]}
                """);
        await().until(() -> get("/proxy/moved/x").statusCode() == 200);

        var moved = get("/proxy/moved/old%20a?b=c");
        assertThat(moved.statusCode()).isEqualTo(308);
        assertThat(moved.headers().firstValue("Location")).contains("https://example.org/proxy/moved/old%20a?b=c");
        assertThat(get("/proxy/moved/tmp").statusCode()).isEqualTo(302);
    }

    private static void apply(String collection, String yaml) {
        fixture.apply(
                collection,
                yaml.replace(
                        "CHANGING", "http://127.0.0.1:" + backend.getAddress().getPort()));
    }

    private static HttpResponse<String> get(String target) {
        return fixture.get(target, admin);
    }

    private static String metrics() {
        return fixture.get("/metrics", "").body();
    }

    private static JsonNode condition(String path, String type) {
        for (var condition : fixture.kubernetes.object(path).at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return Json.object().path("none");
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.parse(answer.body());
    }

    private static void block(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
