package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.helm.OperationResult;
import io.luban.kube.KubeRest;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for the Jobs of a release, which Helm's own waiting leaves out. */
final class ReleaseJobs {
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final KubeRest kube;
    private final String release;
    private final Duration limit;

    ReleaseJobs(KubeRest kube, String release, Duration limit) {
        this.kube = kube;
        this.release = release;
        this.limit = limit;
    }

    /** The result, turned into a failure when a Job fails or does not complete in time. */
    OperationResult await(OperationResult.Succeeded result) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (var path : jobs()) {
            while (true) {
                var job = kube.find(path).map(JsonNode.class::cast);
                if (job.isEmpty() || isComplete(job.get())) {
                    break;
                }
                if (hasFailed(job.get())) {
                    return new OperationResult.Failed(
                            "job %s failed".formatted(path.substring(path.lastIndexOf('/') + 1)));
                }
                if (System.nanoTime() > deadline) {
                    return new OperationResult.Failed(
                            "timed out waiting for job " + path.substring(path.lastIndexOf('/') + 1));
                }
                pause();
            }
        }
        return result;
    }

    private List<String> jobs() {
        var paths = new ArrayList<String>();
        for (var secret : Lists.items(
                kube, "/api/v1/secrets?labelSelector=owner%3Dhelm%2Cstatus%3Ddeployed%2Cname%3D" + release)) {
            var record = io.luban.helm.ReleaseRecord.decode(secret);
            var namespace = secret.at("/metadata/namespace").asText();
            try {
                for (var object : Yaml.parseAll(record.manifest())) {
                    if (object.path("kind").asText("").equals("Job")) {
                        var own = object.at("/metadata/namespace").asText(namespace);
                        paths.add("/apis/batch/v1/namespaces/" + own + "/jobs/"
                                + object.at("/metadata/name").asText());
                    }
                }
            } catch (ParseException e) {
                // Helm has installed it, so it is readable for whom it matters; nothing is known about its Jobs.
                return List.of();
            }
        }
        return paths;
    }

    private static boolean isComplete(JsonNode job) {
        return job.at("/spec/suspend").asBoolean(false)
                || job.at("/status/succeeded").asInt(0)
                        >= job.at("/spec/completions").asInt(1);
    }

    private static boolean hasFailed(JsonNode job) {
        return job.at("/status/failed").asInt(0) > job.at("/spec/backoffLimit").asInt(6);
    }

    private static void pause() throws InterruptedException {
        if (new CountDownLatch(1).await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("a latch that nobody opens was opened");
        }
    }
}
