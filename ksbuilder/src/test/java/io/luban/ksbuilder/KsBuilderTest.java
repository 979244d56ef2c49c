package io.luban.ksbuilder;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.model.Yaml;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KsBuilderTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void write_an_extension() throws IOException {
        Files.createDirectories(directory.resolve("demo"));
        Files.writeString(directory.resolve("demo/extension.yaml"), """
                apiVersion: v1
                name: demo
                version: 0.1.0
                displayName: {en: Demo}
                description: {en: A demo}
                category: dev-tools
                provider: {en: {name: Somebody}}
                icon: https://example.com/icon.png
                """);
    }

    @Test
    void package_writes_the_archive_into_the_working_directory() {
        int code = run("package", "demo");

        assertThat(code).isZero();
        assertThat(directory.resolve("demo-0.1.0.tgz")).isNotEmptyFile();
        assertThat(text(out))
                .isEqualTo(
                        "package extension demo%npackage saved to %s%n".formatted(directory.resolve("demo-0.1.0.tgz")));
    }

    @Test
    void validate_takes_a_directory_or_an_archive_by_an_absolute_path() {
        run("package", "demo");
        out.reset();

        int code = run("validate", directory.resolve("demo-0.1.0.tgz").toString());

        assertThat(code).isZero();
        assertThat(text(out)).endsWith(String.format("%n%nno issues found%n"));
    }

    @Test
    void problems_are_printed_once_and_end_with_one() throws IOException {
        Files.writeString(directory.resolve("demo/extension.yaml"), "apiVersion: v1\nname: demo\nversion: 0.1.0\n");

        int code = run("validate", "demo");

        assertThat(code).isOne();
        assertThat(text(err))
                .startsWith(String.format("%nerror executing command: Key: 'Metadata.DisplayName' Error:Field"
                        + " validation for 'DisplayName' failed on the 'required' tag\n"));
        assertThat(text(out)).doesNotContain("no issues found");
    }

    @Test
    void publish_can_write_the_objects_to_files() throws IOException {
        int code = run("publish", "demo", "--to-local-template", "--output", "objects");

        assertThat(code).isZero();
        assertThat(text(out)).isEqualTo("""
                        publish extension demo
                        generate resources to %s
                        creating Extension demo
                        creating ExtensionVersion demo-0.1.0
                        creating ConfigMap extension-demo-0.1.0-chart
                        """.formatted(directory.resolve("objects")));
        var version = Yaml.parse(Files.readString(directory.resolve("objects/ExtensionVersion.yaml")));
        assertThat(version.at("/spec/chartDataRef/name").asText()).isEqualTo("extension-demo-0.1.0-chart");
        assertThat(directory.resolve("objects/ConfigMap.yaml")).exists();
        assertThat(directory.resolve("objects/Extension.yaml")).exists();
    }

    @Test
    void publish_without_a_kubeconfig_says_what_is_missing() {
        int code = run("publish", "demo");

        assertThat(code).isOne();
        assertThat(text(err)).contains("kubeconfig " + directory.resolve(".kube/config") + " cannot be read");
    }

    @Test
    void a_missing_path_and_an_unknown_option_are_explained_without_the_usage() {
        assertThat(run("publish", "absent")).isOne();
        assertThat(run("publish", "demo", "--colour")).isOne();

        assertThat(text(err))
                .contains("absent: no such file or directory")
                .contains("Unknown option: '--colour'")
                .doesNotContain("Usage:");
    }

    @Test
    void no_arguments_print_the_usage_and_the_version_has_two_spellings() {
        assertThat(run()).isZero();
        assertThat(text(out)).contains("publish").contains("unpublish");
        out.reset();

        assertThat(run("--version")).isZero();
        assertThat(run("version")).isZero();
        assertThat(text(out).lines().distinct()).hasSize(1).first().asString().matches("\\d+\\.\\d+\\.\\d+");
    }

    private int run(String... args) {
        var builder = new KsBuilder(directory, Map.of("HOME", directory.toString()), CLOCK);
        return builder.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
