package io.luban.ksbuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.extensionformat.ChartData;
import io.luban.ksbuilder.terminal.Terminal;
import io.luban.model.Yaml;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogCommandsTest {
    private static final Pattern ADDRESS = Pattern.compile("at (http://\\S+)");

    @TempDir
    Path folder;

    @BeforeEach
    void put_charts_into_the_folder() throws IOException {
        write("plain/Chart.yaml", "apiVersion: v2\nname: plain\nversion: 1.2.0\ndescription: first\n");
        write("demo/extension.yaml", """
                apiVersion: v1
                name: demo
                version: 0.1.0
                displayName: {en: Demo}
                description: {en: A demo}
                category: dev-tools
                provider: {en: {name: Somebody}}
                icon: https://example.com/icon.png
                """);
        write("notes/README.md", "no chart");
    }

    @Test
    void index_packs_what_is_not_packed_and_names_every_chart() throws IOException {
        var run = TestRun.in(folder);

        assertThat(run.run("index")).isZero();

        assertThat(run.out()).isEqualTo("index saved to %s%n".formatted(folder.resolve("index.yaml")));
        var entry = index().at("/entries/plain/0");
        assertThat(entry.path("version").asText()).isEqualTo("1.2.0");
        assertThat(entry.at("/urls/0").asText()).isEqualTo("plain-1.2.0.tgz");
        assertThat(entry.path("digest").asText())
                .isEqualTo(ChartData.digest(Files.readAllBytes(folder.resolve("plain-1.2.0.tgz"))));
        assertThat(index().at("/entries/demo/0/version").asText()).isEqualTo("0.1.0");
        assertThat(index().path("entries")).hasSize(2);
    }

    @Test
    void index_packs_an_edited_chart_anew() throws IOException {
        TestRun.in(folder).run("index");
        write("plain/Chart.yaml", "apiVersion: v2\nname: plain\nversion: 1.2.0\ndescription: second\n");

        TestRun.in(folder).run("index", folder.toString(), "--url", "https://charts.example.com/stable");

        var entry = index().at("/entries/plain/0");
        assertThat(entry.path("description").asText()).isEqualTo("second");
        assertThat(entry.at("/urls/0").asText()).isEqualTo("https://charts.example.com/stable/plain-1.2.0.tgz");
    }

    @Test
    void index_tells_what_it_could_not_read() throws IOException {
        write("broken.tgz", "no archive");
        var run = TestRun.in(folder);

        assertThat(run.run("index", ".")).isOne();

        assertThat(run.err()).contains("WARNING: broken.tgz: ");
        assertThat(index().path("entries")).hasSize(2);
        assertThat(run.run("index", "missing")).isOne();
        assertThat(run.err()).contains("missing: not a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--storage-dir=store", "store"})
    void serve_offers_the_packages_and_takes_new_ones(String named) throws IOException, InterruptedException {
        TestRun.in(folder).run("index");
        byte[] chart = Files.readAllBytes(folder.resolve("plain-1.2.0.tgz"));
        var out = new ByteArrayOutputStream();
        var serving = Thread.ofVirtual().start(() -> serve(out, named));
        try (var http = HttpClient.newHttpClient()) {
            var url = await().atMost(Duration.ofSeconds(30))
                    .until(() -> ADDRESS.matcher(out.toString(StandardCharsets.UTF_8)), match -> match.find())
                    .group(1);
            assertThat(send(http, HttpRequest.newBuilder(URI.create(url + "/health"))))
                    .isEqualTo("{\"healthy\":true}");
            assertThat(send(
                            http,
                            HttpRequest.newBuilder(URI.create(url + "/api/charts"))
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(chart))))
                    .isEqualTo("{\"saved\":true}");
            assertThat(send(http, HttpRequest.newBuilder(URI.create(url + "/index.yaml"))))
                    .contains("charts/plain-1.2.0.tgz");
        } finally {
            serving.interrupt();
            serving.join();
        }
        assertThat(folder.resolve("store/plain-1.2.0.tgz")).hasBinaryContent(chart);
    }

    @Test
    void serve_refuses_two_directories() {
        var run = TestRun.in(folder);

        assertThat(run.run("serve", "one", "--storage-dir", "other")).isOne();

        assertThat(run.err()).contains("DIR and --storage-dir name different directories");
    }

    @Test
    void serve_refuses_half_a_certificate() {
        var run = TestRun.in(folder);

        assertThat(run.run("serve", "--tls-cert", "cert.pem")).isOne();

        assertThat(run.err()).contains("--tls-cert and --tls-key are given together or not at all");
    }

    private void serve(ByteArrayOutputStream out, String named) {
        var printer = new PrintStream(out, true, StandardCharsets.UTF_8);
        new KsBuilder(folder, Map.of(), Clock.systemUTC(), Terminal.absent())
                .run(new String[] {"serve", "--port", "0", named}, printer, printer);
    }

    private static String send(HttpClient http, HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private JsonNode index() throws IOException {
        return Yaml.parse(Files.readString(folder.resolve("index.yaml")));
    }

    private void write(String file, String text) throws IOException {
        var path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
