package io.luban.extensionformat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.model.Json;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtensionObjectsTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    @Test
    void a_package_becomes_an_extension_a_version_and_a_config_map() {
        var extension = ExtensionPackage.read(PackageFixture.write(directory));

        var objects = ExtensionObjects.of(extension, "kubesphere-system", CLOCK);

        assertThat(objects)
                .extracting(object -> object.path("kind").asText() + " "
                        + object.at("/metadata/name").asText())
                .containsExactly(
                        "Extension hello", "ExtensionVersion hello-0.1.0", "ConfigMap extension-hello-0.1.0-chart");
        assertThat(objects.get(0).at("/status/recommendedVersion").asText()).isEqualTo("0.1.0");
        assertThat(objects.get(0).at("/spec/created").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(objects.get(0).at("/metadata/labels/kubesphere.io~1category").asText())
                .isEqualTo("dev-tools");
        var version = objects.get(1);
        assertThat(version.at("/metadata/labels/kubesphere.io~1extension-ref").asText())
                .isEqualTo("hello");
        assertThat(version.at("/metadata/annotations/executor-hook-image.kubesphere.io")
                        .asText())
                .isEqualTo("example/hook:1");
        assertThat(version.at("/spec/chartDataRef/name").asText()).isEqualTo("extension-hello-0.1.0-chart");
        assertThat(version.at("/spec").has("dependencies")).isFalse();
    }

    @Test
    void the_chart_in_a_config_map_tells_the_same_as_the_package() {
        var extension = ExtensionPackage.read(PackageFixture.write(directory));
        var incoming = Json.object().put("chartURL", "https://example.com/x.tgz");

        var extracted = ExtensionVersionSpec.extract(incoming, ChartArchive.read(extension.packed()))
                .orElseThrow();

        assertThat(extracted.name()).isEqualTo("hello");
        assertThat(extracted.spec().path("version").asText()).isEqualTo("0.1.0");
        assertThat(extracted.spec().path("chartURL").asText()).isEqualTo("https://example.com/x.tgz");
        assertThat(extracted.spec().path("icon").asText()).startsWith("data:image/svg+xml");
        assertThat(extracted.spec().at("/externalDependencies/0/name").asText()).isEqualTo("gateway");
    }

    @Test
    void a_large_chart_is_cut_into_several_config_maps_and_joined_again() {
        var packed = new byte[2_500_000];
        new Random(5).nextBytes(packed);

        var maps = ChartData.split(packed, "extension-big-1.0.0-chart", "kubesphere-system");

        assertThat(maps)
                .hasSize(3)
                .allSatisfy(map -> assertThat(Json.bytes(map).length).isLessThan(1_500_000));
        assertThat(ChartData.names(maps.getFirst()))
                .containsExactly(
                        "extension-big-1.0.0-chart", "extension-big-1.0.0-chart-001", "extension-big-1.0.0-chart-002");
        assertThat(ChartData.join(maps.getFirst(), ChartData.KEY, name -> named(maps, name)))
                .get()
                .isEqualTo(packed);
        assertThat(ChartData.join(maps.getFirst(), ChartData.KEY, name -> Optional.empty()))
                .isEmpty();
    }

    @Test
    void permissions_of_several_documents_are_put_together() {
        var permissions = Permissions.parse("""
                kind: ClusterRole
                rules: [{verbs: ['*'], apiGroups: ['*'], resources: ['*']}]
                ---
                kind: Role
                rules: [{verbs: [get], apiGroups: [''], resources: [pods]}]
                ---
                kind: Role
                rules: [{verbs: [list], apiGroups: [''], resources: [pods]}]
                """);

        assertThat(permissions.rules()).hasSize(2);
        assertThat(permissions.isUnlimited()).isTrue();
        assertThat(Permissions.none().isUnlimited()).isFalse();
    }

    private static Optional<JsonNode> named(List<? extends JsonNode> maps, String name) {
        return maps.stream()
                .map(JsonNode.class::cast)
                .filter(map -> map.at("/metadata/name").asText().equals(name))
                .findFirst();
    }
}
