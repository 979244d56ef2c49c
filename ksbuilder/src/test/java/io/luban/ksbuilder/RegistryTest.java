package io.luban.ksbuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.luban.extensionformat.ChartData;
import io.luban.ksbuilder.registry.Reference;
import io.luban.ksbuilder.registry.RegistryException;
import io.luban.model.Yaml;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishing from a registry that hands out charts for a token only. */
class RegistryTest {
    private static final String PASSWORD =
            "Basic " + Base64.getEncoder().encodeToString("ann:pass".getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path directory;

    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
    private HttpServer server;
    private TestRun run;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        run = TestRun.in(directory);
        run.run("create", "--name", "demo", "--category", "devtools", "--author", "Ann");
        run.run("package", "demo");
        var chart = Files.readAllBytes(directory.resolve("demo-0.1.0.tgz"));
        var digest = "sha256:" + ChartData.digest(chart);
        put("/v2/charts/demo/tags/list", "{\"tags\":[\"0.0.9\",\"0.1.0\",\"latest\",\"0.1.0-rc.1\"]}");
        put("/v2/charts/demo/manifests/0.1.0", """
                {"layers":[{"mediaType":"application/vnd.cncf.helm.chart.content.v1.tar+gzip","digest":"%s"}]}
                """.formatted(digest));
        put("/v2/charts/demo/manifests/0.0.9", "{\"layers\":[{\"mediaType\":\"text/plain\",\"digest\":\"sha256:1\"}]}");
        contents.put("/v2/charts/demo/blobs/" + digest, chart);
        Files.createDirectories(directory.resolve(".docker"));
        Files.writeString(
                directory.resolve(".docker/config.json"),
                "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(host(), PASSWORD.substring("Basic ".length())));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void the_highest_version_is_published_by_its_address_when_no_tag_is_given() throws IOException {
        var reference = "oci://" + host() + "/charts/demo";

        assertThat(run.run("publish", reference, "--to-local-template", "--output", "objects"))
                .as(run.err())
                .isZero();

        assertThat(run.out()).isEqualTo("""
                publish extension %s
                generate resources to %s
                creating Extension demo
                creating ExtensionVersion demo-0.1.0
                """.formatted(reference, directory.resolve("objects")));
        var spec = Yaml.parse(Files.readString(directory.resolve("objects/ExtensionVersion.yaml")))
                .path("spec");
        assertThat(spec.path("chartURL").asText()).isEqualTo(reference + ":0.1.0");
        assertThat(spec.has("chartDataRef")).isFalse();
        assertThat(directory.resolve("objects/ConfigMap.yaml")).doesNotExist();
    }

    @Test
    void what_is_no_chart_or_not_there_is_explained() {
        assertThat(run.run("publish", "oci://" + host() + "/charts/demo:0.0.9")).isOne();
        assertThat(run.err()).contains("this is no Helm chart");
        assertThat(run.run("publish", "oci://" + host() + "/charts/demo:2")).isOne();
        assertThat(run.err()).contains("404 from");
    }

    @Test
    void a_changed_chart_is_refused() {
        contents.replaceAll((path, content) -> path.contains("/blobs/") ? new byte[] {1, 2, 3} : content);

        assertThat(run.run("publish", "oci://" + host() + "/charts/demo:0.1.0")).isOne();

        assertThat(run.err()).contains("not what its digest says");
    }

    @Test
    void ports_tags_and_digests_are_told_apart() {
        var digest = "sha256:" + "0".repeat(64);

        assertThat(Reference.parse("oci://host:5000/a/b")).isEqualTo(new Reference("host:5000", "a/b", "", ""));
        assertThat(Reference.parse("oci://host/a:1.0")).isEqualTo(new Reference("host", "a", "1.0", ""));
        assertThat(Reference.parse("oci://host:5000/a:1.0@" + digest))
                .isEqualTo(new Reference("host:5000", "a", "1.0", digest));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"oci://", "oci://host", "oci://host/", "oci://host/A", "oci://host/a:b:c", "oci://host/../a"})
    void other_references_are_refused(String text) {
        assertThatThrownBy(() -> Reference.parse(text))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(text);
    }

    private void put(String path, String text) {
        contents.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var authorization = exchange.getRequestHeaders()
                    .getOrDefault("Authorization", List.of(""))
                    .getFirst();
            var path = exchange.getRequestURI().getPath();
            if (path.equals("/token")) {
                boolean isAnn = authorization.equals(PASSWORD)
                        && exchange.getRequestURI().getQuery().contains("scope=repository:charts/demo:pull");
                send(exchange, isAnn ? 200 : 401, "{\"token\":\"pulls\"}".getBytes(StandardCharsets.UTF_8));
            } else if (!authorization.equals("Bearer pulls")) {
                exchange.getResponseHeaders()
                        .add(
                                "WWW-Authenticate",
                                "Bearer realm=\"http://%s/token\",service=\"registry\",scope=\"repository:charts/demo:pull\""
                                        .formatted(host()));
                send(exchange, 401, new byte[] {'{', '}'});
            } else {
                var content = contents.get(path);
                send(exchange, content == null ? 404 : 200, content == null ? new byte[] {'?'} : content);
            }
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
