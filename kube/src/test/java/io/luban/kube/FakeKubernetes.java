package io.luban.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.luban.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A small in-memory Kubernetes API over HTTP for tests that must provoke what a real server rarely does: cut watches, expired
 * versions, kinds that appear later. Collections exist once served; paths of objects are collection + name.
 */
public final class FakeKubernetes implements AutoCloseable {
    private record Event(long version, String collection, String type, ObjectNode object) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, ObjectNode> objects = new TreeMap<>();
    private final Set<String> collections = new HashSet<>();
    private final List<Event> events = new ArrayList<>();
    private final List<HttpExchange> watches = new ArrayList<>();
    private final AtomicInteger lists = new AtomicInteger();
    private final Map<String, Integer> listsByCollection = new ConcurrentHashMap<>();
    private final Map<String, Integer> failing = new ConcurrentHashMap<>();
    private final Map<String, ObjectNode> received = new ConcurrentHashMap<>();
    private final HttpServer server;
    private long version = 1;
    private long oldest;

    public FakeKubernetes() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public FakeKubernetes serve(String... paths) {
        lock.lock();
        try {
            collections.addAll(List.of(paths));
        } finally {
            lock.unlock();
        }
        return this;
    }

    /** Answers every request whose path begins so with the code, as for an aggregated API whose server is gone. */
    public void fail(String prefix, int code) {
        failing.put(prefix, code);
    }

    /** Ends all failures. */
    public void heal() {
        failing.clear();
    }

    /** Creates or replaces an object as if another client did. */
    public void put(String collection, ObjectNode object) {
        store(collection, object, false);
    }

    public void remove(String collection, String name) {
        lock.lock();
        try {
            var gone = objects.remove(collection + "/" + name);
            if (gone != null) {
                emit(collection, "DELETED", gone);
            }
        } finally {
            lock.unlock();
        }
    }

    public ObjectNode object(String path) {
        lock.lock();
        try {
            return objects.getOrDefault(path, Json.object()).deepCopy();
        } finally {
            lock.unlock();
        }
    }

    /** The body that last came to change an object. */
    public ObjectNode received(String path) {
        return received.getOrDefault(path, Json.object());
    }

    /** How often any collection was listed. */
    public int lists() {
        return lists.get();
    }

    /** How often one collection was listed. */
    public int lists(String collection) {
        return listsByCollection.getOrDefault(collection, 0);
    }

    /** Forgets history: watches that resume are told 410. */
    public void compact() {
        lock.lock();
        try {
            events.clear();
            oldest = ++version;
        } finally {
            lock.unlock();
        }
    }

    /** Breaks every open watch. */
    public void cutWatches() {
        lock.lock();
        try {
            watches.forEach(HttpExchange::close);
            watches.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private ObjectNode store(String collection, ObjectNode object, boolean onlyNew) {
        lock.lock();
        try {
            var metadata = object.withObject("/metadata");
            if (metadata.path("name").asText("").isEmpty()) {
                metadata.put("name", metadata.path("generateName").asText() + (version + 1));
            }
            var path = collection + "/" + metadata.path("name").asText();
            var existed = objects.containsKey(path);
            if (existed && onlyNew) {
                return Json.object();
            }
            metadata.put("resourceVersion", Long.toString(version + 1));
            if (!existed) {
                metadata.put("uid", "uid-" + version).put("creationTimestamp", "2026-01-01T00:00:00Z");
            }
            objects.put(path, object.deepCopy());
            emit(collection, existed ? "MODIFIED" : "ADDED", object.deepCopy());
            return object;
        } finally {
            lock.unlock();
        }
    }

    private void emit(String collection, String type, ObjectNode object) {
        events.add(new Event(++version, collection, type, object));
        changed.signalAll();
    }

    private void handle(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var query = query(exchange.getRequestURI().getRawQuery());
        try {
            for (var entry : failing.entrySet()) {
                if (path.startsWith(entry.getKey())) {
                    answer(exchange, entry.getValue(), status(entry.getValue(), "ServiceUnavailable"));
                    return;
                }
            }
            switch (exchange.getRequestMethod()) {
                case "GET" -> read(exchange, path, query);
                case "POST" -> create(exchange, path);
                case "PUT", "PATCH" -> write(exchange, path);
                case "DELETE" -> {
                    var slash = path.lastIndexOf('/');
                    remove(path.substring(0, slash), path.substring(slash + 1));
                    answer(exchange, 200, Json.object());
                }
                default -> answer(exchange, 405, status(405, "MethodNotAllowed"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private void read(HttpExchange exchange, String path, Map<String, String> query)
            throws IOException, InterruptedException {
        if (query.containsKey("watch")) {
            watch(exchange, path, query);
            return;
        }
        ObjectNode answer;
        lock.lock();
        try {
            if (collections.contains(path)) {
                answer = list(path, query);
            } else {
                answer = objects.getOrDefault(path, status(404, "NotFound"));
            }
        } finally {
            lock.unlock();
        }
        answer(exchange, answer.path("code").asInt(200), answer);
    }

    private ObjectNode list(String collection, Map<String, String> query) {
        lists.incrementAndGet();
        listsByCollection.merge(collection, 1, Integer::sum);
        var limit = Integer.parseInt(query.getOrDefault("limit", "1000"));
        var from = Integer.parseInt(query.getOrDefault("continue", "0"));
        var matching = objects.entrySet().stream()
                .filter(entry -> entry.getKey()
                        .substring(0, entry.getKey().lastIndexOf('/'))
                        .equals(collection))
                .map(Map.Entry::getValue)
                .filter(object -> isLabelled(object, query.getOrDefault("labelSelector", "")))
                .toList();
        var list = Json.object();
        var items = list.putArray("items");
        matching.stream().skip(from).limit(limit).forEach(items::add);
        var metadata = list.putObject("metadata").put("resourceVersion", Long.toString(version));
        if (matching.size() > from + limit) {
            metadata.put("continue", Integer.toString(from + limit));
        }
        return list;
    }

    private void watch(HttpExchange exchange, String collection, Map<String, String> query)
            throws IOException, InterruptedException {
        lock.lock();
        try {
            watches.add(exchange);
        } finally {
            lock.unlock();
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        var last = Long.parseLong(query.getOrDefault("resourceVersion", "0"));
        var labels = query.getOrDefault("labelSelector", "");
        while (true) {
            var batch = new ArrayList<Event>();
            lock.lock();
            try {
                if (last < oldest) {
                    var gone = Json.object().put("type", "ERROR");
                    gone.set("object", status(410, "Expired"));
                    exchange.getResponseBody().write(Json.bytes(gone));
                    return;
                }
                for (var event : events) {
                    if (event.version > last && event.collection.equals(collection)) {
                        batch.add(event);
                    }
                }
                if (!watches.contains(exchange)) {
                    return;
                }
                if (batch.isEmpty()) {
                    changed.await();
                }
            } finally {
                lock.unlock();
            }
            for (var event : batch) {
                last = event.version;
                if (!isLabelled(event.object, labels)) {
                    continue;
                }
                var line = Json.object().put("type", event.type);
                line.set("object", event.object);
                exchange.getResponseBody().write((Json.text(line) + "\n").getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
            }
        }
    }

    private static boolean isLabelled(ObjectNode object, String selector) {
        if (selector.isEmpty()) {
            return true;
        }
        var pair = selector.split("=", 2);
        return object.path("metadata").path("labels").path(pair[0]).asText().equals(pair[1]);
    }

    private void create(HttpExchange exchange, String path) throws IOException {
        var stored = store(path, Json.parseObject(exchange.getRequestBody().readAllBytes()), true);
        if (stored.isEmpty()) {
            answer(exchange, 409, status(409, "AlreadyExists"));
        } else {
            answer(exchange, 201, stored);
        }
    }

    private void write(HttpExchange exchange, String path) throws IOException {
        var body = Json.parseObject(exchange.getRequestBody().readAllBytes());
        var collection = path.substring(0, path.lastIndexOf('/'));
        received.put(path, body.deepCopy());
        ObjectNode stored;
        // no other writer may come between what is read and what is made of it
        lock.lock();
        try {
            if (object(path).isEmpty()) {
                stored = status(404, "NotFound");
            } else if (exchange.getRequestMethod().equals("PATCH")) {
                stored = store(collection, merge(object(path), body), false);
            } else {
                stored = store(collection, body, false);
            }
        } finally {
            lock.unlock();
        }
        answer(exchange, stored.path("code").asInt(200), stored);
    }

    private static ObjectNode merge(ObjectNode target, ObjectNode patch) {
        patch.properties().forEach(member -> {
            if (member.getValue().isNull()) {
                target.remove(member.getKey());
            } else if (member.getValue() instanceof ObjectNode nested
                    && target.get(member.getKey()) instanceof ObjectNode inner) {
                merge(inner, nested);
            } else {
                target.set(member.getKey(), member.getValue());
            }
        });
        return target;
    }

    private static ObjectNode status(int code, String reason) {
        return io.luban.model.Status.of(code, reason, reason).toJson();
    }

    private static void answer(HttpExchange exchange, int code, ObjectNode body) throws IOException {
        var bytes = Json.bytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Map<String, String> query(String raw) {
        var values = new HashMap<String, String>();
        if (raw != null) {
            for (var pair : raw.split("&", -1)) {
                var parts = pair.split("=", 2);
                values.put(parts[0], parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
            }
        }
        return values;
    }

    @Override
    public void close() {
        cutWatches();
        server.stop(0);
    }
}
