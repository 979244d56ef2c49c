package io.luban.standalone.rehearsal;

import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Reply;
import io.luban.http.ServerConfig;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Sends requests to an extension's backend through a gateway, so that the archive records which code is often used on
 * their way, and how. A platform that starts with the archive compiles that code at once and well, instead of watching it
 * for the first half minute of load.
 */
public final class Rehearsal {
    /** So many that the compiler has come to the last of its levels. */
    private static final int REQUESTS = 40_000;

    private static final int CLIENTS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final byte[] ANSWER = "{\"items\":[]}".getBytes(StandardCharsets.UTF_8);

    private final int gateway;
    private final String password;

    /** Logs in as {@code admin} at the gateway on that port of this machine. */
    public Rehearsal(int gateway, String password) {
        this.gateway = gateway;
        this.password = password;
    }

    /** Registers a backend and sends the requests; throws {@link IOException} when one is not answered with success. */
    public void run() throws IOException {
        var reply = Optional.<Reply>of(Reply.json(200, ANSWER));
        try (var runtime = HttpRuntime.create();
                var backend = HttpServer.start(
                        runtime, ServerConfig.loopback(), request -> reply, request -> reply.orElseThrow())) {
            var token = login();
            register(token, backend.port());
            var request = request("GET", "/kapis/rehearsal.luban.io/v1/things", List.of(authorization(token)), "");
            awaitSuccess(request);
            repeat(request);
        }
    }

    private String login() throws IOException {
        var form = "grant_type=password&client_id=kubesphere&client_secret=kubesphere&username=admin&password="
                + URLEncoder.encode(password, StandardCharsets.UTF_8);
        var type = "Content-Type: application/x-www-form-urlencoded";
        try (var connection = new PlainConnection(gateway)) {
            var answer = connection.send(request("POST", "/oauth/token", List.of(type), form));
            return Json.parse(answer.getBytes(StandardCharsets.UTF_8))
                    .path("access_token")
                    .asText();
        } catch (ParseException e) {
            throw new IOException("no token in the answer to a login", e);
        }
    }

    private void register(String token, int backend) throws IOException {
        var service = """
                {"apiVersion":"extensions.kubesphere.io/v1alpha1","kind":"APIService","metadata":{"name":"rehearsal"},
                 "spec":{"group":"rehearsal.luban.io","version":"v1","url":"http://127.0.0.1:%d"},
                 "status":{"state":"Available"}}""".formatted(backend);
        var fields = List.of(authorization(token), "Content-Type: application/json");
        try (var connection = new PlainConnection(gateway)) {
            connection.send(request("POST", "/apis/extensions.kubesphere.io/v1alpha1/apiservices", fields, service));
        }
    }

    /** The gateway learns of a backend a moment after that was registered. */
    private void awaitSuccess(byte[] request) throws IOException {
        long begun = System.nanoTime();
        while (true) {
            try (var connection = new PlainConnection(gateway)) {
                connection.send(request);
                return;
            } catch (IOException e) {
                if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                    throw e;
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void repeat(byte[] request) throws IOException {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = Stream.<Callable<Void>>generate(() -> () -> repeat(request, REQUESTS / CLIENTS))
                    .limit(CLIENTS)
                    .toList();
            for (var call : clients.invokeAll(calls)) {
                call.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("a rehearsed request failed: " + e.getCause(), e.getCause());
        }
    }

    private Void repeat(byte[] request, int times) throws IOException {
        try (var connection = new PlainConnection(gateway)) {
            for (int i = 0; i < times; i++) {
                connection.send(request);
            }
        }
        return null;
    }

    private static String authorization(String token) {
        return "Authorization: Bearer " + token;
    }

    private static byte[] request(String method, String target, List<String> fields, String body) {
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        fields.forEach(field -> head.append(field).append("\r\n"));
        head.append("Content-Length: ").append(body.length()).append("\r\n\r\n");
        return head.append(body).toString().getBytes(StandardCharsets.UTF_8);
    }
}
