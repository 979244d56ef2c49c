package io.luban.controller.repository;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.luban.extensionformat.ChartData;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A Helm repository over HTTP whose content a test changes, and which notes what it was asked. */
final class TestHelmServer implements AutoCloseable {
    private static final byte[] NOTHING = new byte[0];

    private final HttpServer server;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final com.fasterxml.jackson.databind.node.ObjectNode entries = Json.object();
    private volatile String user = "";

    TestHelmServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/charts/stable";
    }

    /** Asks for these credentials from now on. */
    void requireUser(String name, String password) {
        user = "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    TestHelmServer add(String name, String version, byte[] chart) {
        var file = name + "-" + version + ".tgz";
        put("/charts/stable/" + file, chart);
        var entry = entry(name, version, file);
        entry.put("digest", ChartData.digest(chart));
        writeIndex();
        return this;
    }

    com.fasterxml.jackson.databind.node.ObjectNode entry(String name, String version, String url) {
        var list = entries.withArray("/" + name);
        var entry = list.addObject().put("name", name).put("version", version).put("created", "2026-01-02T03:04:05Z");
        entry.putArray("urls").add(url);
        writeIndex();
        return entry;
    }

    /** So many extensions whose names begin alike, each in these versions. */
    void addMany(String name, int count, String[] versions) {
        for (int i = 0; i < count; i++) {
            for (var version : versions) {
                var chart = TestCharts.extension(name + i, version);
                var file = name + i + "-" + version + ".tgz";
                put("/charts/stable/" + file, chart);
                var entry = entries.withArray("/" + name + i)
                        .addObject()
                        .put("name", name + i)
                        .put("version", version)
                        .put("digest", ChartData.digest(chart));
                entry.putArray("urls").add(file);
            }
        }
        writeIndex();
    }

    /** An extension that is nothing, and one with a version that is nothing. */
    void addNulls() {
        entries.putNull("empty");
        entries.putArray("listed").addNull();
        writeIndex();
    }

    void remove(String name) {
        entries.remove(name);
        writeIndex();
    }

    void put(String path, byte[] content) {
        files.put(path, content);
    }

    void putIndex(String text) {
        files.put("/charts/stable/index.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    final void writeIndex() {
        var index = Json.object().put("apiVersion", "v1");
        index.set("entries", entries.deepCopy());
        putIndex(Yaml.write(index));
    }

    /** Paths that were asked for since the last call. */
    List<String> takeAsked() {
        var copy = List.copyOf(asked);
        asked.clear();
        return copy;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            asked.add(path);
            var content = Optional.ofNullable(files.get(path)).orElse(NOTHING);
            boolean known =
                    user.isEmpty() || user.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            int status = !known ? 401 : content.length == 0 ? 404 : 200;
            exchange.sendResponseHeaders(status, status == 200 ? content.length : -1);
            if (status == 200) {
                exchange.getResponseBody().write(content);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
