package io.luban.controller.repository;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.luban.extensionformat.ChartData;
import io.luban.extensionformat.remote.OciRegistry;
import io.luban.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A registry that speaks the OCI distribution API over HTTP, gives tokens, and notes what it was asked. */
public final class TestRegistry implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private final Map<String, List<String>> tags = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String login = "";
    private volatile boolean givesTokens = true;

    public TestRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v2/", this::answer);
        server.createContext(
                "/token",
                exchange -> reply(
                        exchange,
                        isRefused(exchange) ? 401 : 200,
                        "{\"token\":\"letmein\"}".getBytes(StandardCharsets.UTF_8)));
        server.start();
    }

    /** Lets in nobody but one user, by a token that is given for the password, or by the password itself. */
    void requireUser(String user, String password, boolean byToken) {
        login = "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        givesTokens = byToken;
    }

    private boolean isRefused(HttpExchange exchange) {
        return !login.isEmpty() && !login.equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    /** Puts other bytes in the place of the image's last layer. */
    void damage(String digest) {
        blobs.put(digest, "something else".getBytes(StandardCharsets.UTF_8));
    }

    /** An index of images, each for a platform {@code os/architecture}, in the order in which they are given. */
    void pushIndex(String repository, String tag, Map<String, String> digestsByPlatform) {
        var index = Json.object().put("schemaVersion", 2).put("mediaType", "application/vnd.oci.image.index.v1+json");
        digestsByPlatform.forEach((platform, digest) -> index.withArray("/manifests")
                .addObject()
                .put("digest", digest)
                .putObject("platform")
                .put("os", platform.split("/", 2)[0])
                .put("architecture", platform.split("/", 2)[1]));
        tag(repository, tag, Json.bytes(index));
    }

    /** An image without a tag; answers the digests of its manifest and of its only layer. */
    List<String> pushLayer(String repository, Map<String, byte[]> files) {
        var layer = blob(tarball(files));
        var manifest = Json.object().put("schemaVersion", 2);
        manifest.putObject("config").put("digest", blob("{\"config\":{}}".getBytes(StandardCharsets.UTF_8)));
        manifest.withArray("/layers")
                .addObject()
                .put("mediaType", "application/vnd.oci.image.layer.v1.tar+gzip")
                .put("digest", layer);
        var bytes = Json.bytes(manifest);
        manifests.put(repository + " " + digest(bytes), bytes);
        return List.of(digest(bytes), layer);
    }

    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    public List<String> takeAsked() {
        var copy = List.copyOf(asked);
        asked.clear();
        return copy;
    }

    /** An image for two platforms whose layers hold these files; a name beginning with {@code .wh.} hides one. */
    @SafeVarargs
    public final void pushImage(String repository, String tag, Map<String, byte[]>... layers) {
        var config = blob("{\"config\":{\"WorkingDir\":\"/charts\"}}".getBytes(StandardCharsets.UTF_8));
        var manifest =
                Json.object().put("schemaVersion", 2).put("mediaType", "application/vnd.oci.image.manifest.v1+json");
        manifest.putObject("config").put("digest", config);
        for (var layer : layers) {
            manifest.withArray("/layers")
                    .addObject()
                    .put("mediaType", "application/vnd.oci.image.layer.v1.tar+gzip")
                    .put("digest", blob(tarball(layer)));
        }
        var bytes = Json.bytes(manifest);
        var digest = digest(bytes);
        manifests.put(repository + " " + digest, bytes);
        var index = Json.object().put("schemaVersion", 2).put("mediaType", "application/vnd.oci.image.index.v1+json");
        for (var architecture : List.of("amd64", "arm64")) {
            index.withArray("/manifests")
                    .addObject()
                    .put("digest", digest)
                    .putObject("platform")
                    .put("os", "linux")
                    .put("architecture", architecture);
        }
        tag(repository, tag, Json.bytes(index));
    }

    void pushChart(String repository, String tag, byte[] chart) {
        var manifest = Json.object().put("schemaVersion", 2);
        manifest.putObject("config").put("digest", blob("{}".getBytes(StandardCharsets.UTF_8)));
        manifest.withArray("/layers")
                .addObject()
                .put("mediaType", OciRegistry.CHART_LAYER)
                .put("digest", blob(chart));
        tag(repository, tag, Json.bytes(manifest));
    }

    private void tag(String repository, String tag, byte[] manifest) {
        manifests.put(repository + " " + tag, manifest);
        tags.computeIfAbsent(repository, name -> new CopyOnWriteArrayList<>()).add(tag);
    }

    private String blob(byte[] content) {
        var digest = digest(content);
        blobs.put(digest, content);
        return digest;
    }

    private static String digest(byte[] content) {
        return "sha256:" + ChartData.digest(content);
    }

    private static byte[] tarball(Map<String, byte[]> files) {
        var packed = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(packed), "UTF-8")) {
            for (var file : new LinkedHashMap<>(files).entrySet()) {
                var entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath().substring("/v2/".length());
        asked.add(path);
        boolean hasToken = "Bearer letmein".equals(exchange.getRequestHeaders().getFirst("Authorization"));
        if (givesTokens ? !hasToken : isRefused(exchange)) {
            var challenge = givesTokens
                    ? "Bearer realm=\"http://%s/token\",service=\"test\"".formatted(address())
                    : "Basic realm=\"test\"";
            exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
            reply(exchange, 401, new byte[0]);
            return;
        }
        if (path.equals("_catalog")) {
            var names = Json.object();
            var list = new ArrayList<>(new TreeMap<>(tags).keySet());
            var field = names.putArray("repositories");
            list.forEach(field::add);
            reply(exchange, 200, Json.bytes(names));
        } else if (path.endsWith("/tags/list")) {
            var names = Json.object();
            var list = names.putArray("tags");
            tags.getOrDefault(path.replace("/tags/list", ""), List.of()).forEach(list::add);
            reply(exchange, list.isEmpty() ? 404 : 200, Json.bytes(names));
        } else if (path.contains("/blobs/")) {
            send(exchange, blobs, path.substring(path.indexOf("/blobs/") + "/blobs/".length()));
        } else {
            send(exchange, manifests, path.replace("/manifests/", " "));
        }
    }

    private static void send(HttpExchange exchange, Map<String, byte[]> from, String key) throws IOException {
        reply(exchange, from.containsKey(key) ? 200 : 404, from.getOrDefault(key, new byte[0]));
    }

    private static void reply(HttpExchange exchange, int status, byte[] content) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
            if (content.length > 0) {
                exchange.getResponseBody().write(content);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
