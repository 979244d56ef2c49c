package io.luban.apiserver.kapis.version;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kubernetes says of itself, asked every few seconds so that a new version and a silent server are both noticed soon.
 * While it is silent its last answer stands.
 */
public final class KubernetesVersion implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KubernetesVersion.class);
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(5);
    private static final List<String> FIELDS = List.of(
            "major",
            "minor",
            "gitVersion",
            "gitCommit",
            "gitTreeState",
            "buildDate",
            "goVersion",
            "compiler",
            "platform");

    private final KubeRest kube;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile ObjectNode last = fields(Json.object());
    private volatile boolean reachable;

    /** Begins to ask; waits a moment for the first answer. */
    public KubernetesVersion(KubeRest kube) {
        this.kube = kube;
        Thread.ofVirtual().name("kubernetes version").start(this::run);
        try {
            boolean inTime = asked.await(FIRST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
            log.atDebug().addKeyValue("inTime", inTime).log("asked Kubernetes for its version");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do {
                ask();
                asked.countDown();
            } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        try {
            last = fields(kube.get("/version"));
            reachable = true;
        } catch (ApiException | UncheckedIOException e) {
            reachable = e instanceof ApiException answer && answer.code() < 500;
        }
    }

    private static ObjectNode fields(ObjectNode answer) {
        var json = Json.object();
        FIELDS.forEach(field -> json.put(field, answer.path(field).asText("")));
        return json;
    }

    /** Whether the last question was answered. */
    public boolean isReachable() {
        return reachable;
    }

    ObjectNode last() {
        return last;
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
