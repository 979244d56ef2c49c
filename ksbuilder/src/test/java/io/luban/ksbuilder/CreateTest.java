package io.luban.ksbuilder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.archive.ChartPacker;
import io.luban.model.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CreateTest {
    @TempDir
    Path directory;

    @Test
    void create_asks_for_what_it_needs_and_asks_again_after_wrong_answers() throws IOException {
        var run = TestRun.answering(directory, "", "Not A Name", "demo", "s", "net", "", "Ann", "", "");

        assertThat(run.run("create")).as(run.err()).isZero();

        assertThat(run.out())
                .contains(
                        "Extension name can't be empty",
                        "must be a DNS-1123 subdomain",
                        "Extension author can't be empty")
                .endsWith("Directory: %s%n%nThe extension charts has been created.%n"
                        .formatted(directory.resolve("demo")));
        assertThat(extensionYaml("demo").path("category").asText()).isEqualTo("networking");
        assertThat(extensionYaml("demo").at("/provider/en/name").asText()).isEqualTo("Ann");
    }

    @Test
    void create_takes_everything_from_flags_and_makes_a_valid_package() {
        var run = TestRun.in(directory);

        assertThat(run.run("create", "--name", "demo", "--category", "CI / CD", "--author", "A \"quoted\" name"))
                .as(run.err())
                .isZero();

        assertThat(run.run("validate", "demo")).as(run.err()).isZero();
        assertThat(directory.resolve("demo"))
                .isDirectoryRecursivelyContaining("glob:**/charts/frontend/templates/extensions.yaml")
                .isDirectoryRecursivelyContaining("glob:**/charts/backend/templates/tests/test-connection.yaml")
                .isDirectoryRecursivelyContaining("glob:**/static/screenshots/screenshot.png");
        assertThat(directory.resolve("demo/CHANGELOG_zh.md")).isEmptyFile();
    }

    @Test
    void without_a_terminal_what_is_missing_has_to_come_from_flags() {
        var run = TestRun.in(directory);

        assertThat(run.run("create", "--name", "demo")).isOne();

        assertThat(run.err()).isEqualTo("%nerror executing command: no terminal; use flags%n".formatted());
        assertThat(directory.resolve("demo")).doesNotExist();
    }

    @Test
    void the_end_of_input_ends_the_questions() {
        var run = TestRun.answering(directory, "demo");

        assertThat(run.run("create")).isOne();

        assertThat(run.err()).contains("Prompt failed EOF");
    }

    @Test
    void a_directory_with_content_is_left_alone_unless_forced() throws IOException {
        Files.createDirectories(directory.resolve("demo"));
        Files.writeString(directory.resolve("demo/mine.txt"), "mine");
        var run = TestRun.in(directory);

        assertThat(run.run("create", "--name", "demo", "--category", "devtools", "--author", "Ann"))
                .isOne();
        assertThat(run.err()).contains("is not empty: remove it or use --force");
        assertThat(directory.resolve("demo")).isDirectoryNotContaining("glob:**/extension.yaml");

        assertThat(run.run("create", "--name", "demo", "--category", "devtools", "--author", "Ann", "--force"))
                .isZero();
        assertThat(directory.resolve("demo/mine.txt")).hasContent("mine");
        assertThat(directory.resolve("demo/extension.yaml")).exists();
    }

    @Test
    void create_from_a_chart_carries_the_chart_for_the_app_store() throws IOException {
        var chart = writeChart("tool", "1.2.3");
        var run = TestRun.in(directory);

        assertThat(run.run(
                        "create",
                        "--name",
                        "demo",
                        "--category",
                        "storage",
                        "--author",
                        "Ann",
                        "--from",
                        chart.toString()))
                .as(run.err())
                .isZero();

        var map = Yaml.parse(Files.readString(directory.resolve("demo/application-package.yaml")));
        assertThat(map.at("/metadata/name").asText()).isEqualTo("application-demo-chart");
        assertThat(map.at("/metadata/namespace").asText()).isEqualTo("kubesphere-system");
        assertThat(map.at("/binaryData/chart.tgz").binaryValue()).isEqualTo(Files.readAllBytes(chart));
    }

    @Test
    void createsimple_is_silent_and_makes_a_valid_package_around_the_chart() throws IOException {
        writeChart("tool", "1.2.3");
        var run = TestRun.in(directory);

        assertThat(run.run("createsimple", "--from", "charts/tool-1.2.3.tgz"))
                .as(run.err())
                .isZero();

        assertThat(run.out()).isEmpty();
        assertThat(run.run("validate", "tool")).as(run.err()).isZero();
        var metadata = extensionYaml("tool");
        assertThat(metadata.path("version").asText()).isEqualTo("1.2.3");
        assertThat(metadata.path("installationMode").asText()).isEqualTo("HostOnly");
        assertThat(directory.resolve("tool/charts/tool/values.yaml")).hasContent("a: 1");
        var values = Yaml.parse(Files.readString(directory.resolve("tool/values.yaml")))
                .path("base");
        assertThat(values.path("extSvcName").asText()).isEqualTo("tool");
        assertThat(values.path("extSvcPort").asInt()).isEqualTo(80);
        assertThat(values.path("extEmbed").asText()).isEqualTo("iframe");
    }

    @Test
    void createapp_puts_the_packed_chart_beside_the_objects_of_the_app_store() throws IOException {
        var chart = writeChart("tool", "1.2.3");
        var run = TestRun.in(directory);

        assertThat(run.run("createapp", "--from", chart.toString()))
                .as(run.err())
                .isZero();

        assertThat(run.out()).isEmpty();
        assertThat(run.run("validate", "tool")).as(run.err()).isZero();
        assertThat(directory.resolve("tool/charts/base/files/tool-1.2.3.tgz"))
                .hasBinaryContent(Files.readAllBytes(chart));
        // the folder's own rules for what stays out must not keep the chart out of the package
        assertThat(run.run("package", "tool")).isZero();
        assertThat(Files.size(directory.resolve("tool-1.2.3.tgz"))).isGreaterThan(Files.size(chart));
    }

    @Test
    void the_commands_that_need_a_chart_say_so() {
        var run = TestRun.in(directory);

        assertThat(run.run("createsimple")).isOne();
        assertThat(run.err()).contains("must specify a helm chart file with --from");
        assertThat(run.run("createapp")).isOne();
        assertThat(run.err()).contains("must specify a helm chart file with --from");
        assertThat(run.run("createsimple", "--from", "absent.tgz")).isOne();
        assertThat(run.err()).contains("no such file or directory");
    }

    @Test
    void categories_are_listed_under_both_names() {
        var run = TestRun.in(directory);

        assertThat(run.run("category")).isZero();

        assertThat(run.out())
                .contains("CI / CD                        (Normalized name: integration-delivery)")
                .hasLineCount(11);
    }

    private JsonNode extensionYaml(String extension) throws IOException {
        return Yaml.parse(Files.readString(directory.resolve(extension).resolve("extension.yaml")));
    }

    private Path writeChart(String name, String version) throws IOException {
        var files = List.of(
                file(
                        "Chart.yaml",
                        "apiVersion: v2\nname: %s\nversion: %s\nappVersion: \"2\"\n".formatted(name, version)),
                file("values.yaml", "a: 1"),
                file("templates/service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: tool}\n"));
        return Files.write(
                Files.createDirectories(directory.resolve("charts")).resolve("%s-%s.tgz".formatted(name, version)),
                ChartPacker.pack(name, files));
    }

    private static ChartFile file(String path, String text) {
        return new ChartFile(path, text.getBytes(StandardCharsets.UTF_8));
    }
}
