package io.luban.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.luban.apiserver.audit.AuditSettings.Format;
import io.luban.apiserver.audit.AuditSettings.Webhook;
import io.luban.apiserver.backend.TestAuthority;
import io.luban.http.HttpRuntime;
import io.luban.http.UpstreamClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries to a collector: their form, their certificate, how many at once, how long. */
class WebhookSinkTest {
    private static final AuditBatch TWO =
            new AuditBatch(List.of(), List.of("{\"a\":1}".getBytes(StandardCharsets.UTF_8), new byte[] {'{', '}'}));
    private final List<String> posted = new CopyOnWriteArrayList<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private HttpRuntime runtime;
    private UpstreamClient client;

    @BeforeEach
    void start() {
        runtime = HttpRuntime.create();
        client = new UpstreamClient(runtime);
    }

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
        client.close();
        runtime.close();
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private String serve(HttpServer server, HttpHandler handler) {
        servers.add(server);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", handler);
        server.start();
        var scheme = server instanceof HttpsServer ? "https" : "http";
        return scheme + "://localhost:" + server.getAddress().getPort() + "/events?k=v";
    }

    private HttpHandler answering(int status) {
        return exchange -> {
            posted.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        };
    }

    private WebhookSink sink(String url, int senders, Format format, byte[] ca, boolean insecure) {
        return new WebhookSink(new Webhook(url, senders, format, ca, insecure), client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"CONCAT|{\"a\":1}{}", "ARRAY|[{\"a\":1},{}]", "EVENT_LIST|{\"Items\":[{\"a\":1},{}]}"})
    void posts_a_batch_in_the_form_asked_for(Format format, String body) throws Exception {
        var url = serve(HttpServer.create(anyPort(), 0), answering(200));
        delivers(sink(url, 1, format, new byte[0], true));
        assertThat(posted).containsOnly("POST /events?k=v application/json " + body);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 302, 503})
    void takes_nothing_but_200_for_delivered(int status) throws Exception {
        var url = serve(HttpServer.create(anyPort(), 0), answering(status));
        var sink = sink(url, 1, Format.CONCAT, new byte[0], true);
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThatThrownBy(() -> sink.deliver(TWO))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContaining("answered " + status));
    }

    @Test
    void a_delivery_after_the_end_fails_like_one_that_finds_nobody() throws Exception {
        var url = serve(HttpServer.create(anyPort(), 0), answering(200));
        var ended = HttpRuntime.create();
        var sink = new WebhookSink(new Webhook(url, 1, Format.CONCAT, new byte[0], true), new UpstreamClient(ended));
        delivers(sink);

        ended.close();

        assertThatThrownBy(() -> sink.deliver(TWO)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void checks_the_certificate_unless_told_not_to() throws Exception {
        var authority = new TestAuthority("collectors");
        var server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.context("localhost")));
        var url = serve(server, answering(200));
        var stranger = new TestAuthority("strangers").pem();

        delivers(sink(url, 1, Format.CONCAT, new byte[0], true));
        delivers(sink(url, 1, Format.CONCAT, authority.pem(), false));
        var refused = url + "&refused";
        assertThatThrownBy(
                        () -> sink(refused, 1, Format.CONCAT, stranger, false).deliver(TWO))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() ->
                        sink(refused, 1, Format.CONCAT, new byte[0], false).deliver(TWO))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(posted).hasSizeGreaterThanOrEqualTo(2).noneMatch(line -> line.contains("refused"));
    }

    @Test
    @Timeout(60)
    void gives_up_a_delivery_after_three_seconds() throws Exception {
        var release = new CountDownLatch(1);
        var url = serve(HttpServer.create(anyPort(), 0), exchange -> await(release));
        var sink = sink(url, 1, Format.CONCAT, new byte[0], true);
        long begun = System.nanoTime();
        assertThatThrownBy(() -> sink.deliver(TWO)).isInstanceOf(UncheckedIOException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(2));
        release.countDown();
    }

    @Test
    void as_many_deliveries_are_on_their_way_as_there_are_senders() throws Exception {
        var url = serve(HttpServer.create(anyPort(), 0), answering(200));
        var held = new Held(sink(url, 3, Format.CONCAT, new byte[0], true));
        var counted = AuditQueue.counter(new PrometheusRegistry());
        var lane = new SinkLane(held, counted);
        for (int i = 0; i < 5; i++) {
            lane.offer(TWO);
        }
        org.awaitility.Awaitility.await().until(() -> held.running.get() == 3);
        org.awaitility.Awaitility.await().during(Duration.ofMillis(300)).until(() -> held.running.get() == 3);
        held.release.countDown();
        org.awaitility.Awaitility.await()
                .until(() -> counted.labelValues("delivered").get() == 10);
        lane.finish();
        lane.awaitEnd(Duration.ofSeconds(5));
        assertThat(sink(url, 0, Format.CONCAT, new byte[0], true).senders()).isEqualTo(1);
        assertThat(sink(url, 1000, Format.CONCAT, new byte[0], true).senders()).isEqualTo(100);
    }

    /** A webhook whose deliveries begin when they are let go, so that none of them is given up before. */
    private record Held(WebhookSink webhook, AtomicInteger running, CountDownLatch release) implements AuditSink {
        Held(WebhookSink webhook) {
            this(webhook, new AtomicInteger(), new CountDownLatch(1));
        }

        @Override
        public void deliver(AuditBatch batch) {
            running.incrementAndGet();
            await(release);
            webhook.deliver(batch);
        }

        @Override
        public int senders() {
            return webhook.senders();
        }

        @Override
        public int attempts() {
            return webhook.attempts();
        }

        @Override
        public void close() {
            webhook.close();
        }
    }

    /** Tries again when a busy machine takes longer than deliveries may. */
    private static void delivers(WebhookSink sink) {
        org.awaitility.Awaitility.await()
                .pollDelay(Duration.ZERO)
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> {
                    sink.deliver(TWO);
                    return true;
                });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
