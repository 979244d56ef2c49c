package io.luban.extensionformat.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * HTTP as catalogs need it: a bound on every size and time, redirects that never carry credentials to another server, and
 * no addresses that only this machine's surroundings should be asked. Safe for use from any thread.
 */
public final class RemoteClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final int MAX_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final HttpClient http;
    private final RemoteAccess access;
    private final Deadline deadline;

    /**
     * A client for one piece of work.
     *
     * @param environment variables in which proxies are looked up
     * @param deadline by which everything has to be done
     */
    public RemoteClient(RemoteAccess access, Map<String, String> environment, Deadline deadline) {
        var builder = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(new EnvironmentProxies(environment));
        TrustSettings.context(access).ifPresent(builder::sslContext);
        this.http = builder.build();
        this.access = access;
        this.deadline = deadline;
    }

    /**
     * A request.
     *
     * @param uri absolute, http or https
     * @param headers further header fields; {@code Authorization} goes to this address only
     * @param credentials whether the access's own credentials are sent as well
     */
    public record Call(URI uri, Map<String, String> headers, boolean credentials) {
        /** Defensive copy. */
        public Call {
            headers = Map.copyOf(headers);
        }
    }

    /** An answer's head with its body still to be read; close it. */
    public record Answer(int status, URI uri, HttpResponse<InputStream> response) implements AutoCloseable {
        /** A header field, empty when absent. */
        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        @Override
        public void close() {
            try {
                response.body().close();
            } catch (IOException e) {
                // what is left of the answer does not matter any more
                return;
            }
        }
    }

    /** How the server is spoken to. */
    public RemoteAccess access() {
        return access;
    }

    /** The body of an answer with status 200; throws {@link RemoteException} with the status for any other. */
    public byte[] get(URI uri, long limit) {
        try (var answer = send(new Call(uri, Map.of(), true))) {
            if (answer.status() != 200) {
                throw new RemoteException(
                        answer.status(), "failed to fetch %s : %s".formatted(shown(uri), reason(answer.status())));
            }
            return bytes(answer, limit);
        }
    }

    /** Sends a GET and follows redirects; the caller judges the status. */
    public Answer send(Call call) {
        var uri = call.uri();
        for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
            requireAllowed(uri);
            boolean sameServer = isSameServer(call.uri(), uri);
            var response = exchange(request(call, uri, sameServer), uri);
            if (!REDIRECTS.contains(response.statusCode())) {
                return new Answer(response.statusCode(), uri, response);
            }
            var location = response.headers().firstValue("Location").orElse("");
            new Answer(0, uri, response).close();
            uri = target(uri, location);
        }
        throw new RemoteException("failed to fetch %s : more than %d redirects".formatted(shown(uri), MAX_REDIRECTS));
    }

    /** Reads the body; throws {@link RemoteException} when it is longer than {@code limit}. */
    public byte[] bytes(Answer answer, long limit) {
        var out = new java.io.ByteArrayOutputStream();
        copy(answer, out, limit);
        return out.toByteArray();
    }

    /** Copies the body; throws {@link RemoteException} when it is longer than {@code limit}. */
    public void copy(Answer answer, OutputStream out, long limit) {
        // A server that sends a byte now and then must not outlast the deadline, so the stream is closed from outside.
        var guard = CompletableFuture.delayedExecutor(deadline.left().toMillis(), TimeUnit.MILLISECONDS);
        var expiry = CompletableFuture.runAsync(answer::close, guard);
        try {
            var buffer = new byte[64 * 1024];
            long seen = 0;
            var in = answer.response().body();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                seen += read;
                if (seen > limit) {
                    throw new RemoteException("%s is larger than %d bytes".formatted(shown(answer.uri()), limit));
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            deadline.left();
            throw new RemoteException("failed to fetch %s : %s".formatted(shown(answer.uri()), text(e)));
        } finally {
            expiry.cancel(false);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest request(Call call, URI uri, boolean sameServer) {
        var builder = HttpRequest.newBuilder(uri).GET().timeout(deadline.left()).header("User-Agent", "luban");
        call.headers().forEach((name, value) -> {
            if (sameServer || !name.equalsIgnoreCase("Authorization")) {
                builder.setHeader(name, value);
            }
        });
        if (sameServer && call.credentials() && access.hasCredentials()) {
            builder.setHeader("Authorization", basic(access));
        }
        return builder.build();
    }

    /** The header field that tells who calls. */
    static String basic(RemoteAccess access) {
        var pair = access.username() + ":" + access.password();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<InputStream> exchange(HttpRequest request, URI uri) {
        var future = http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        try {
            return future.get(deadline.left().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new RemoteException("failed to fetch %s : interrupted".formatted(shown(uri)));
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new RemoteException("failed to fetch %s : no answer in time".formatted(shown(uri)));
        } catch (ExecutionException e) {
            throw new RemoteException("failed to fetch %s : %s".formatted(shown(uri), text(e)));
        }
    }

    /** The first words that say something, from the outside in. */
    private static String text(Exception failure) {
        var words = failure.getClass().getSimpleName();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            words = cause.getClass().getSimpleName();
            if (!(cause instanceof ExecutionException)
                    && cause.getMessage() != null
                    && !cause.getMessage().isBlank()) {
                return cause.getMessage();
            }
        }
        return words;
    }

    private static URI target(URI from, String location) {
        try {
            var to = from.resolve(location);
            if ("https".equals(from.getScheme()) && "http".equals(to.getScheme())) {
                throw new RemoteException("%s redirects from https to http".formatted(shown(from)));
            }
            return to;
        } catch (IllegalArgumentException e) {
            throw new RemoteException("%s redirects to an address that is none".formatted(shown(from)));
        }
    }

    private static void requireAllowed(URI uri) {
        var scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new RemoteException("unsupported scheme: " + scheme);
        }
        if (uri.getHost() == null) {
            throw new RemoteException("%s names no host".formatted(shown(uri)));
        }
        try {
            for (var address : InetAddress.getAllByName(uri.getHost())) {
                if (address.isLinkLocalAddress()) {
                    // Clouds hand out credentials of machines there.
                    throw new RemoteException("%s is a link-local address, which is not asked".formatted(shown(uri)));
                }
            }
        } catch (UnknownHostException e) {
            // a proxy may know it
            return;
        }
    }

    private static boolean isSameServer(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    }

    /** An address without what may be secret in it. */
    static String shown(URI uri) {
        var text = uri.toString();
        int query = text.indexOf('?');
        var plain = query < 0 ? text : text.substring(0, query);
        return uri.getRawUserInfo() == null ? plain : plain.replace(uri.getRawUserInfo() + "@", "");
    }

    private static String reason(int status) {
        return switch (status) {
            case 401 -> "401 Unauthorized";
            case 403 -> "403 Forbidden";
            case 404 -> "404 Not Found";
            case 500 -> "500 Internal Server Error";
            case 502 -> "502 Bad Gateway";
            case 503 -> "503 Service Unavailable";
            default -> Integer.toString(status);
        };
    }
}
