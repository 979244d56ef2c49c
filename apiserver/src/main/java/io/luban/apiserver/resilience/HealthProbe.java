package io.luban.apiserver.resilience;

import io.luban.apiserver.endpoint.Forwarding.Way;
import io.luban.http.Headers;
import io.luban.http.Upstream;
import io.luban.http.UpstreamClient;
import io.luban.http.UpstreamClient.Call;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Asks a backend again and again whether it is well. Healthy until shown otherwise. */
final class HealthProbe implements AutoCloseable {
    private static final long LARGEST_ANSWER = 64 * 1024;
    private static final double JITTER = 0.1;

    /**
     * Where to ask.
     *
     * @param way to the server as it is found now, empty when its service has no ready instance
     */
    record Target(Function<Headers, Optional<Way>> way, String rawTarget) {
        /** The policy's URL below an endpoint, or on its own when it is absolute. */
        static Target of(HealthCheckPolicy policy, Function<Headers, Optional<Way>> endpoint, String prefix) {
            var url = policy.url();
            if (!url.startsWith("http://") && !url.startsWith("https://")) {
                return new Target(endpoint, prefix + (url.startsWith("/") ? url : "/" + url));
            }
            var uri = URI.create(url);
            boolean tls = uri.getScheme().equals("https");
            int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
            var upstream = new Upstream(tls, uri.getHost(), port, new byte[0], false);
            var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return new Target(headers -> Optional.of(new Way(upstream, "", headers)), path + query);
        }
    }

    private final HealthCheckPolicy policy;
    private final Target target;
    private final UpstreamClient client;
    private final BiConsumer<Boolean, String> listener;
    private final RandomGenerator random;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean healthy = true;

    /**
     * A probe that is not running yet.
     *
     * @param listener hears after the first probe and of every change whether the backend is healthy, and the last error
     */
    HealthProbe(
            HealthCheckPolicy policy,
            Target target,
            UpstreamClient client,
            BiConsumer<Boolean, String> listener,
            RandomGenerator random) {
        this.policy = policy;
        this.target = target;
        this.client = client;
        this.listener = listener;
        this.random = random;
    }

    HealthProbe started(String name) {
        Thread.ofVirtual().name("health of " + name).start(this::run);
        return this;
    }

    boolean isHealthy() {
        return healthy;
    }

    Duration interval() {
        return policy.interval();
    }

    private void run() {
        int failures = 0;
        int successes = 0;
        boolean told = false;
        do {
            var problem = probe();
            failures = problem.isEmpty() ? 0 : failures + 1;
            successes = problem.isEmpty() ? successes + 1 : 0;
            boolean turnsBad = healthy && failures >= policy.unhealthyThreshold();
            boolean turnsGood = !healthy && successes >= policy.healthyThreshold();
            if (turnsBad || turnsGood) {
                healthy = turnsGood;
            }
            if (turnsBad || turnsGood || (!told && problem.isEmpty())) {
                told = true;
                listener.accept(healthy, problem);
            }
        } while (!pause());
    }

    /** What is wrong, {@code ""} for nothing. */
    private String probe() {
        var way = target.way().apply(Headers.of("User-Agent", "ks-apiserver-health"));
        if (way.isEmpty()) {
            return "the service has no ready endpoint";
        }
        try {
            var call =
                    Call.get(way.get().prefix() + target.rawTarget(), way.get().headers());
            var answer = client.call(way.get().upstream(), call, policy.timeout(), LARGEST_ANSWER);
            return policy.statuses().contains(answer.status()) ? "" : "status " + answer.status();
        } catch (UncheckedIOException e) {
            return String.valueOf(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
        }
    }

    /** Waits for the next turn; true when there is none. */
    private boolean pause() {
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        try {
            return closed.await((long) (policy.interval().toNanos() * factor), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
