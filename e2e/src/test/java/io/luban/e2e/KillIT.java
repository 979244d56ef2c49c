package io.luban.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole process killed in the middle of writes: every acknowledged write is there after the next start. */
class KillIT {
    private static final int ROUNDS = Integer.getInteger("luban.kill.rounds", 8);
    private static final int WRITERS = 8;
    /** Writes that are acknowledged before the process is killed. */
    private static final int LEAST = 20;

    private static final Pattern NAME = Pattern.compile("\"name\":\"(c\\d+)\"");
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger counter = new AtomicInteger();
    private String token = "";

    @TempDir
    private Path data;

    @Test
    void acknowledged_writes_survive_kill_minus_nine() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            try (var platform = PlatformProcess.up(data, "--admin-password", "Ch00sen-by-hand")) {
                token = login(platform.gateway());
                verify(platform.gateway(), round, seed);
                writeUntilKilled(platform, 200 + random.nextInt(600));
            }
        }
        try (var platform = PlatformProcess.up(data)) {
            token = login(platform.gateway());
            verify(platform.gateway(), ROUNDS, seed);
            verifyAdmission(platform.gateway());
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * LEAST);
    }

    private void writeUntilKilled(PlatformProcess platform, long millis) throws Exception {
        Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try (client;
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < WRITERS; i++) {
                executor.execute(() -> write(client, platform.gateway(), surprises));
            }
            int before = acknowledged.size();
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> acknowledged.size() >= before + LEAST || !surprises.isEmpty());
            Thread.sleep(millis);
            platform.kill();
        }
        assertThat(surprises).isEmpty();
    }

    private void write(HttpClient client, URI gateway, Queue<Throwable> surprises) {
        try {
            while (true) {
                var name = "c" + counter.incrementAndGet();
                var body = """
                        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"data":{"value":"%s"}}""".formatted(name, name);
                var response = client.send(
                        request(gateway.resolve(CONFIG_MAPS))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
                if (response.statusCode() == 201) {
                    acknowledged.add(name);
                } else {
                    surprises.add(new AssertionError(response.statusCode() + " " + response.body()));
                    return;
                }
            }
        } catch (IOException e) {
            // the process was killed: this write was not acknowledged
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void verify(URI gateway, int round, long seed) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var response = client.send(request(gateway.resolve(CONFIG_MAPS)).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            var present = NAME.matcher(response.body())
                    .results()
                    .map(result -> result.group(1))
                    .collect(Collectors.toSet());
            var missing = acknowledged.stream()
                    .filter(name -> !present.contains(name))
                    .toList();
            assertThat(missing).as("lost before round %d, seed %d", round, seed).isEmpty();
        }
    }

    /** The webhooks of the killed processes were elsewhere; those of this one must be asked. */
    private void verifyAdmission(URI gateway) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var broken = plan(client, gateway, "a: [");
            assertThat(broken.statusCode()).as(broken.body()).isEqualTo(403);
            assertThat(broken.body())
                    .contains("admission webhook \\\"installplans.kubesphere.io\\\" denied the request");
            assertThat(plan(client, gateway, "a: []").statusCode()).isEqualTo(201);
        }
    }

    private HttpResponse<String> plan(HttpClient client, URI gateway, String config) throws Exception {
        var body = """
                {"apiVersion":"kubesphere.io/v1alpha1","kind":"InstallPlan","metadata":{"name":"late"},
                 "spec":{"enabled":true,"extension":{"name":"late","version":"1.0.0"},"config":"%s"}}""".formatted(config);
        return client.send(
                request(gateway.resolve("/apis/kubesphere.io/v1alpha1/installplans"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token);
    }

    private static String login(URI gateway) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var form = "grant_type=password&client_id=kubesphere&client_secret=kubesphere"
                    + "&username=admin&password=Ch00sen-by-hand";
            var response = client.send(
                    HttpRequest.newBuilder(gateway.resolve("/oauth/token"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form, StandardCharsets.UTF_8))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body().replaceAll("(?s).*\"access_token\"\\s*:\\s*\"([^\"]+)\".*", "$1");
        }
    }
}
