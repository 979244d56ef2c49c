package io.luban.embeddedkube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.luban.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** A conversion webhook for gauges: what is {@code spec.size} in v1 is {@code spec.replicas} in v2. */
final class Converter implements AutoCloseable {
    /** Every request it got. */
    final List<JsonNode> asked = new CopyOnWriteArrayList<>();

    /** The versions of the reviews it was asked in. */
    final List<String> reviews = new CopyOnWriteArrayList<>();

    /** Spoils the response. */
    volatile UnaryOperator<ObjectNode> response = given -> given;

    private final HttpServer server;

    Converter() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            var review = Json.parseObject(exchange.getRequestBody().readAllBytes());
            asked.add(review.path("request"));
            reviews.add(review.path("apiVersion").asText());
            var answer = Json.object()
                    .put("apiVersion", review.path("apiVersion").asText())
                    .put("kind", "ConversionReview");
            answer.set("response", response.apply(converted(review.path("request"))));
            var bytes = Json.bytes(answer);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    /** A {@code clientConfig}. */
    String client() {
        return "{\"url\": \"" + url() + "/convert\"}";
    }

    /** Where it listens. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static ObjectNode converted(JsonNode request) {
        var version = request.path("desiredAPIVersion").asText();
        var response = Json.object().put("uid", request.path("uid").asText());
        response.putObject("result").put("status", "Success");
        var objects = response.putArray("convertedObjects");
        for (var object : request.path("objects")) {
            var copy = (ObjectNode) object.deepCopy();
            copy.put("apiVersion", version);
            boolean isNew = version.endsWith("/v2");
            if (copy.get("spec") instanceof ObjectNode spec) {
                var value = spec.remove(isNew ? "size" : "replicas");
                if (value != null) {
                    spec.set(isNew ? "replicas" : "size", value);
                }
            }
            objects.add(copy);
        }
        return response;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
