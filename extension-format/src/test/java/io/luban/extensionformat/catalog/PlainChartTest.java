package io.luban.extensionformat.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.extensionformat.ExtensionVersionSpec.Extracted;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.archive.ChartPacker;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainChartTest {
    @Test
    void a_chart_says_by_its_fields_and_annotations_what_an_extension_would() {
        var extracted = extract("""
                name: plain
                version: 1.2.3
                description: Does things
                home: https://example.org
                icon: logo.svg
                kubeVersion: ">=1.20.0-0"
                keywords: [Unknown, Dev-Tools, database]
                sources: [https://example.org/source]
                maintainers: [{name: Ann, email: ann@example.org}, {name: Bob}]
                annotations:
                  kubesphere.io/display-name: '{en: Plain, zh: 普通}'
                  kubesphere.io/ks-version: ">=4.1.0-0"
                  kubesphere.io/installation-mode: Multicluster
                  kubesphere.io/external-dependencies: '[{name: other, version: ">=1.0.0", required: true}]'
                """).orElseThrow();

        assertThat(extracted.name()).isEqualTo("plain");
        var spec = extracted.spec();
        assertThat(spec.path("version").asText()).isEqualTo("1.2.3");
        assertThat(spec.at("/displayName/zh").asText()).isEqualTo("普通");
        assertThat(spec.at("/description/en").asText()).isEqualTo("Does things");
        assertThat(spec.at("/provider/en/name").asText()).isEqualTo("Ann");
        assertThat(spec.path("icon").asText()).isEqualTo("data:image/svg+xml;base64,PHN2Zy8+");
        assertThat(spec.path("kubeVersion").asText()).isEqualTo(">=1.20.0-0");
        assertThat(spec.path("ksVersion").asText()).isEqualTo(">=4.1.0-0");
        assertThat(spec.path("installationMode").asText()).isEqualTo("Multicluster");
        assertThat(spec.at("/externalDependencies/0/name").asText()).isEqualTo("other");
        assertThat(spec.path("category").asText())
                .as("the first keyword that is one")
                .isEqualTo("dev-tools");
        assertThat(spec.path("home").asText()).isEqualTo("https://example.org");
        assertThat(spec.at("/sources/0").asText()).isEqualTo("https://example.org/source");
        assertThat(extracted.annotations()).containsEntry("kubesphere.io/ks-version", ">=4.1.0-0");
        assertThat(extracted.warnings()).isEmpty();
    }

    @Test
    void what_makes_no_sense_is_left_out() {
        var extracted = extract("""
                name: plain
                version: 1.0.0
                icon: data:text/html,words
                annotations:
                  kubesphere.io/display-name: Plain
                  kubesphere.io/installation-mode: Sometimes
                  kubesphere.io/external-dependencies: other
                """).orElseThrow();

        var spec = extracted.spec();
        assertThat(spec.at("/displayName/en").asText()).isEqualTo("Plain");
        assertThat(spec.has("installationMode")).isFalse();
        assertThat(spec.has("externalDependencies")).isFalse();
        assertThat(spec.has("icon")).isFalse();
        assertThat(extracted.warnings()).containsExactly("icon: data URI must be an image");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name: Upper\nversion: 1.0.0\n", "name: a\nversion: latest\n", "a: [\n", "- a\n"})
    void a_chart_that_breaks_the_rules_is_no_extension(String chart) {
        assertThat(extract(chart)).isEmpty();
    }

    private static Optional<Extracted> extract(String chart) {
        var archive = ChartArchive.read(ChartPacker.pack(
                "plain",
                List.of(
                        new ChartFile("Chart.yaml", chart.getBytes(StandardCharsets.UTF_8)),
                        new ChartFile("logo.svg", "<svg/>".getBytes(StandardCharsets.UTF_8)))));
        return PlainChart.extract(Json.object(), archive, List.of("dev-tools", "database")::contains);
    }
}
