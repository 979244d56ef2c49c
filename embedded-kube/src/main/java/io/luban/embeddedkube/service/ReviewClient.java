package io.luban.embeddedkube.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends reviews (of admission, of conversion) to webhooks. One HTTP client per trusted bundle and server name, at most
 * {@value #CLIENTS} of them. Safe for use from any thread.
 */
public final class ReviewClient implements AutoCloseable {
    private static final int CLIENTS = 64;
    private static final long LONGEST_ANSWER = 3L * 1024 * 1024;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final Cache<Peer, HttpClient> clients = Caffeine.newBuilder()
            .maximumSize(CLIENTS)
            .<Peer, HttpClient>removalListener((peer, client, cause) -> {
                if (client != null) {
                    client.shutdownNow();
                }
            })
            .build();

    /** A client without connections yet. */
    public ReviewClient() {}

    private record Peer(String bundle, String serverName) {}

    /** A call that brought no usable answer. */
    public static final class CallFailedException extends Exception {
        private static final long serialVersionUID = 1L;

        /** Says what went wrong, for the message to the client. */
        public CallFailedException(String message) {
            super(message);
        }
    }

    /**
     * Posts and answers the whole body of the answer; blocks, at most for {@code timeout}.
     *
     * @param bundle trusted authorities as base64 of PEM, empty for the well-known ones
     */
    public JsonNode call(ReviewTarget target, String bundle, JsonNode review, Duration timeout)
            throws CallFailedException {
        var query = "timeout=" + timeout.toSeconds() + "s";
        var separator = target.uri().getRawQuery() == null ? "?" : "&";
        var request = HttpRequest.newBuilder(URI.create(target.uri() + separator + query))
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, */*")
                .header("User-Agent", "kube-apiserver-admission")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(review)))
                .build();
        try {
            var response = answer(client(new Peer(bundle, target.serverName())), request, timeout);
            if (response.statusCode() != 200) {
                throw new CallFailedException("the server answered with status " + response.statusCode());
            }
            return Json.parse(response.body());
        } catch (IOException | GeneralSecurityException | ParseException | IllegalArgumentException e) {
            throw new CallFailedException("Post \"" + target.uri() + "\": " + e.getMessage());
        } catch (TimeoutException e) {
            throw new CallFailedException("Post \"" + target.uri() + "\": context deadline exceeded");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CallFailedException("the server is stopping");
        }
    }

    /** The time of a request ends with the headers of its answer; whoever sends the body drop by drop is cut off here. */
    private static HttpResponse<byte[]> answer(HttpClient client, HttpRequest request, Duration timeout)
            throws IOException, InterruptedException, TimeoutException {
        var sent = client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
        try {
            return sent.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HttpTimeoutException) {
                throw new TimeoutException();
            }
            throw new IOException(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        } finally {
            sent.cancel(true);
        }
    }

    private HttpClient client(Peer peer) throws GeneralSecurityException, IOException {
        var known = clients.getIfPresent(peer);
        if (known != null) {
            return known;
        }
        var made = HttpClient.newBuilder()
                .sslContext(ServerTrust.context(peer.bundle(), peer.serverName()))
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
        clients.put(peer, made);
        return made;
    }

    @Override
    public void close() {
        clients.invalidateAll();
        clients.cleanUp();
    }
}
