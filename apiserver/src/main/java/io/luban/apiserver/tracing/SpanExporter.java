package io.luban.apiserver.tracing;

import io.luban.http.Headers;
import io.luban.http.Upstream;
import io.luban.http.UpstreamClient;
import io.luban.http.UpstreamClient.Call;
import io.luban.model.Json;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends spans to a collector in batches. What finds no room or no collector is dropped and counted. */
final class SpanExporter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SpanExporter.class);
    private static final int CAPACITY = 2048;
    private static final int BATCH = 512;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final long LARGEST_ANSWER = 64 * 1024;
    private static final int FIRST_FAILURE = 300;

    private final BlockingQueue<Span> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final UpstreamClient client;
    private final Upstream upstream;
    private final String target;
    private final Counter counted;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    SpanExporter(TracingSettings settings, UpstreamClient client, PrometheusRegistry registry) {
        this.client = client;
        var uri = URI.create(settings.endpoint());
        boolean tls = "https".equals(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
        upstream = new Upstream(tls, uri.getHost(), port, new byte[0], false);
        target = uri.getRawPath().replaceAll("/+$", "") + "/v1/traces";
        counted = Counter.builder()
                .name("ks_trace_spans_total")
                .help("Spans by what became of them: sent, dropped for lack of room, or failed.")
                .labelNames("result")
                .register(registry);
        Thread.ofVirtual().name("spans").start(this::run);
    }

    void offer(Span span) {
        if (!waiting.offer(span)) {
            counted.labelValues("dropped").inc();
        }
    }

    private void run() {
        try {
            boolean last = false;
            while (!last) {
                last = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                var batch = new ArrayList<Span>();
                while (waiting.drainTo(batch, BATCH) > 0) {
                    send(batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }

    private void send(List<Span> batch) {
        var call = new Call("POST", target, Headers.of("Content-Type", "application/json"), encoded(batch));
        try {
            var answer = client.call(upstream, call, DEADLINE, LARGEST_ANSWER);
            counted.labelValues(answer.status() < FIRST_FAILURE ? "sent" : "failed")
                    .inc(batch.size());
        } catch (UncheckedIOException e) {
            counted.labelValues("failed").inc(batch.size());
            log.atDebug().addKeyValue("cause", e.toString()).log("spans were not delivered");
        }
    }

    private static byte[] encoded(List<Span> batch) {
        var document = Json.object();
        var resource = document.putArray("resourceSpans").addObject();
        resource.putObject("resource").putArray("attributes").add(Span.text("service.name", "ks-apiserver"));
        var scope = resource.putArray("scopeSpans").addObject();
        scope.putObject("scope").put("name", "io.luban.apiserver");
        var spans = scope.putArray("spans");
        batch.forEach(span -> spans.add(span.json()));
        return Json.bytes(document);
    }

    /** Sends what is waiting, for a limited time. */
    @Override
    public void close() {
        closing.countDown();
        try {
            boolean done = ended.await(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            log.atDebug().addKeyValue("complete", done).log("spans ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
