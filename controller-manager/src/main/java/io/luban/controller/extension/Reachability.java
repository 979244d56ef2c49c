package io.luban.controller.extension;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Which members can be worked on: those that answer to what the platform knows of them. One that does not is left alone
 * for a while, so that it holds up nobody else. Safe for use from any thread.
 */
final class Reachability {
    /** After which an unreachable cluster is asked again. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration ANSWER = Duration.ofSeconds(5);
    /** Needs the right credentials, other than the server's version. */
    private static final String QUESTION = Paths.NAMESPACES + "?limit=1";

    private final Map<String, Silence> silent = new ConcurrentHashMap<>();

    private record Silence(KubernetesClient client, String cause, long untilNanos) {
        boolean isAbout(KubernetesClient other) {
            return client.equals(other) && System.nanoTime() - untilNanos < 0;
        }
    }

    /** Why a cluster cannot be worked on; empty when it answers. Blocks for five seconds at most. */
    Optional<String> problem(Site site) throws InterruptedException {
        if (site.member().isEmpty()) {
            return Optional.empty();
        }
        var client = site.member().get();
        var known = silent.get(site.cluster());
        if (known != null && known.isAbout(client)) {
            return Optional.of(known.cause());
        }
        var cause = ask(site);
        if (cause.isEmpty()) {
            silent.remove(site.cluster());
            return Optional.empty();
        }
        silent.put(site.cluster(), new Silence(client, cause, System.nanoTime() + PATIENCE.toNanos()));
        return Optional.of(cause);
    }

    private static String ask(Site site) throws InterruptedException {
        var answer = new CompletableFuture<String>();
        var question = Thread.ofVirtual()
                .name("ask cluster " + site.cluster())
                .start(() -> answer.complete(problem(site.kube())));
        try {
            return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            question.interrupt();
            return "it did not answer within " + ANSWER.toSeconds() + " s";
        } catch (ExecutionException e) {
            throw new IllegalStateException("an answer that is always a text", e);
        }
    }

    private static String problem(KubeRest kube) {
        try {
            kube.get(QUESTION);
            return "";
        } catch (ApiException e) {
            return e.status().message();
        }
    }
}
