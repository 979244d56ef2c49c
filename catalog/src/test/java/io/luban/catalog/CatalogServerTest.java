package io.luban.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.archive.ChartPacker;
import io.luban.extensionformat.catalog.ChartFolder;
import io.luban.http.HttpRuntime;
import io.luban.http.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogServerTest {
    @TempDir
    private Path directory;

    private HttpRuntime runtime;
    private CatalogServer server;
    private HttpClient http;

    @BeforeEach
    void start() throws IOException {
        runtime = HttpRuntime.create();
        server =
                CatalogServer.start(runtime, ServerConfig.loopback(), directory.resolve("packages"), Clock.systemUTC());
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
        runtime.close();
    }

    @Test
    void a_package_is_taken_once_unless_forced_found_and_removed() throws Exception {
        assertThat(post("/api/charts", chart("demo", "1.0.0")).statusCode()).isEqualTo(201);
        var again = post("/api/charts", chart("demo", "1.0.0"));
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("demo-1.0.0.tgz already exists");
        assertThat(post("/api/charts?force", chart("demo", "1.0.0")).statusCode())
                .isEqualTo(201);
        assertThat(get("/index.yaml").body()).contains("charts/demo-1.0.0.tgz");
        assertThat(get("/api/charts").body()).contains("\"demo\"");
        assertThat(get("/api/charts/demo/1.0.0").body()).contains("\"version\":\"1.0.0\"");
        assertThat(get("/api/charts/demo/9.9.9").statusCode()).isEqualTo(404);

        assertThat(delete("/api/charts/demo/1.0.0").body()).isEqualTo("{\"deleted\":true}");

        assertThat(get("/charts/demo-1.0.0.tgz").statusCode()).isEqualTo(404);
        assertThat(delete("/api/charts/demo/1.0.0").statusCode()).isEqualTo(404);
        assertThat(get("/health").body()).isEqualTo("{\"healthy\":true}");
    }

    @Test
    void web_pages_may_look_but_not_write() throws Exception {
        var page = HttpRequest.newBuilder(uri("/api/charts"))
                .header("Origin", "https://evil.example.org")
                .POST(BodyPublishers.ofByteArray(chart("demo", "1.0.0")));

        assertThat(http.send(page.build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(403);
        assertThat(http.send(page.uri(uri("/api/charts/demo/1.0.0")).DELETE().build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(403);
        assertThat(http.send(page.uri(uri("/index.yaml")).GET().build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        assertThat(directory.resolve("packages")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"Upper_Case, 1.0.0", "demo, 1.0.0+build", "'../escape', 1.0.0", "demo, latest"})
    void names_and_versions_that_break_the_rules_are_refused(String name, String version) throws Exception {
        var answer = post("/api/charts", chart(name, version));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(directory.resolve("packages")).isEmptyDirectory();
    }

    @Test
    void what_is_no_package_and_what_is_no_place_is_refused() throws Exception {
        assertThat(post("/api/charts", "no archive".getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/index.yaml", new byte[0]).statusCode()).isEqualTo(405);
        assertThat(delete("/api/charts").statusCode()).isEqualTo(405);
        assertThat(get("/charts/..%2F..%2Fetc%2Fpasswd").statusCode()).isEqualTo(404);
        assertThat(get("/nowhere").statusCode()).isEqualTo(404);
    }

    @Test
    void a_folder_is_served_below_catalogs_while_it_is_mounted() throws Exception {
        var other = Files.createDirectories(directory.resolve("other"));
        Files.write(other.resolve("mounted-1.0.0.tgz"), chart("mounted", "1.0.0"));

        var address = server.mount("private", new ChartFolder(other));

        assertThat(address).isEqualTo(server.url() + "/catalogs/private");
        assertThat(get("/catalogs/private/index.yaml").body()).contains("mounted-1.0.0.tgz");
        assertThat(get("/catalogs/private/charts/mounted-1.0.0.tgz").statusCode())
                .isEqualTo(200);
        assertThat(get("/index.yaml").body()).doesNotContain("mounted");
        assertThat(get("/catalogs/private").statusCode()).isEqualTo(404);

        server.unmount("private");

        assertThat(get("/catalogs/private/index.yaml").statusCode()).isEqualTo(404);
    }

    private static byte[] chart(String name, String version) {
        var text = "apiVersion: v2\nname: '%s'\nversion: '%s'\n".formatted(name, version);
        return ChartPacker.pack("chart", List.of(new ChartFile("Chart.yaml", text.getBytes(StandardCharsets.UTF_8))));
    }

    private URI uri(String path) {
        return URI.create(server.url() + path);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).DELETE().build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, byte[] body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
