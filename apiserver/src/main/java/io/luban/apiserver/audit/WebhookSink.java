package io.luban.apiserver.audit;

import io.luban.apiserver.audit.AuditSettings.Format;
import io.luban.apiserver.audit.AuditSettings.Webhook;
import io.luban.http.Headers;
import io.luban.http.Upstream;
import io.luban.http.UpstreamClient;
import io.luban.http.UpstreamClient.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Posts batches to a server. */
final class WebhookSink implements AuditSink {
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final int ATTEMPTS = 5;
    private static final int MOST_SENDERS = 100;
    private static final int OK = 200;
    private static final long LARGEST_ANSWER = 64 * 1024;

    private final Webhook settings;
    private final Upstream upstream;
    private final String target;
    private final UpstreamClient client;

    WebhookSink(Webhook settings, UpstreamClient client) {
        this.settings = settings;
        this.client = client;
        var uri = URI.create(settings.url());
        boolean tls = "https".equals(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
        upstream = new Upstream(tls, uri.getHost(), port, settings.caPem(), settings.insecure());
        var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    @Override
    public int senders() {
        return Math.clamp(settings.senders(), 1, MOST_SENDERS);
    }

    @Override
    public int attempts() {
        return ATTEMPTS;
    }

    @Override
    public void deliver(AuditBatch batch) {
        var headers = Headers.of("Content-Type", "application/json");
        var call = new Call("POST", target, headers, body(batch.encoded(), settings.format()));
        var answer = client.call(upstream, call, DEADLINE, LARGEST_ANSWER);
        if (answer.status() != OK) {
            throw new UncheckedIOException(new IOException("the webhook answered " + answer.status()));
        }
    }

    static byte[] body(List<byte[]> events, Format format) {
        var body = new ByteArrayOutputStream();
        body.writeBytes(bytes(
                switch (format) {
                    case CONCAT -> "";
                    case ARRAY -> "[";
                    case EVENT_LIST -> "{\"Items\":[";
                }));
        boolean first = true;
        for (var event : events) {
            if (!first && format != Format.CONCAT) {
                body.write(',');
            }
            first = false;
            body.writeBytes(event);
        }
        body.writeBytes(bytes(
                switch (format) {
                    case CONCAT -> "";
                    case ARRAY -> "]";
                    case EVENT_LIST -> "]}";
                }));
        return body.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        // the client belongs to the gateway
    }

    @Override
    public String toString() {
        return "webhook " + upstream.authority();
    }
}
