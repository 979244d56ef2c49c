package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.extensionformat.ChartData;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.archive.ChartPacker;
import io.luban.model.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Files of an extension version's chart, as the console reads default values and descriptions. */
class ChartFilesTest {
    private static final String VERSIONS = "/apis/kubesphere.io/v1alpha1/extensionversions";
    private static final String MAPS = "/api/v1/namespaces/kubesphere-system/configmaps";
    private static final String FILES = "/kapis/package.kubesphere.io/v1alpha1/extensionversions/%s/files";

    private static GatewayFixture fixture;
    private static String admin;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        fixture.kubernetes.serve(VERSIONS, MAPS);
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void every_file_of_the_chart_is_there_in_archive_order() {
        version("whole-1.0.0", "chartDataRef: {namespace: kubesphere-system, name: whole, key: chart.tgz}");
        put("whole", chart("whole", "replicas: 1\n"));

        var answer = files("whole-1.0.0", "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        var files = Json.parse(answer.body());
        assertThat(files.findValuesAsText("Name"))
                .containsExactly("Chart.yaml", "values.yaml", "README_zh.md", "charts/web/templates/a.yaml");
        assertThat(text(files.path(1))).isEqualTo("replicas: 1\n");
        assertThat(text(files.path(2))).isEqualTo("说明");
    }

    @Test
    void one_file_can_be_asked_for_alone() {
        version("single-1.0.0", "chartDataRef: {namespace: kubesphere-system, name: single, key: chart.tgz}");
        put("single", chart("single", "replicas: 2\n"));

        var files = Json.parse(files("single-1.0.0", "?path=values.yaml").body());

        assertThat(files).hasSize(1);
        assertThat(text(files.path(0))).isEqualTo("replicas: 2\n");
        assertThat(files("single-1.0.0", "?path=..%2Fsecret").body()).isEqualTo("[]");
    }

    @Test
    void what_was_read_is_kept_until_the_chart_changes() {
        version("kept-1.0.0", "chartDataRef: {namespace: kubesphere-system, name: kept, key: chart.tgz}");
        put("kept", chart("kept", "replicas: 3\n"));
        var first = files("kept-1.0.0", "");
        var tag = first.headers().firstValue("ETag").orElseThrow();

        var again = fixture.send(fixture.request(FILES.formatted("kept-1.0.0"))
                .header("Authorization", "Bearer " + admin)
                .header("If-None-Match", tag));
        assertThat(again.statusCode()).isEqualTo(304);

        put("kept", chart("kept", "replicas: 4\n"));

        var changed = files("kept-1.0.0", "");
        assertThat(changed.headers().firstValue("ETag").orElseThrow()).isNotEqualTo(tag);
        assertThat(text(Json.parse(changed.body()).path(1))).isEqualTo("replicas: 4\n");
    }

    @Test
    void a_chart_in_several_maps_is_put_together() {
        var random = new byte[1_200_000];
        new Random(5).nextBytes(random);
        var packed =
                ChartPacker.pack("large", List.of(file("Chart.yaml", "name: large"), new ChartFile("blob", random)));
        var maps = ChartData.split(packed, "large", "kubesphere-system");
        assertThat(maps).hasSizeGreaterThan(1);
        maps.forEach(map -> fixture.kubernetes.put(MAPS, map));
        version("large-1.0.0", "chartDataRef: {namespace: kubesphere-system, name: large, key: chart.tgz}");

        var files = Json.parse(files("large-1.0.0", "?path=blob").body());

        assertThat(Base64.getDecoder().decode(files.path(0).path("Data").asText()))
                .isEqualTo(random);
    }

    @Test
    void what_is_missing_or_broken_is_told_by_its_status() {
        version("keyless-1.0.0", "chartDataRef: {namespace: kubesphere-system, name: keyless, key: other.tgz}");
        put("keyless", chart("keyless", ""));
        version("mapless-1.0.0", "chartDataRef: {namespace: kubesphere-system, name: nowhere, key: chart.tgz}");
        version("broken-1.0.0", "chartDataRef: {namespace: kubesphere-system, name: broken, key: chart.tgz}");
        put("broken", "no archive".getBytes(StandardCharsets.UTF_8));
        version("remote-1.0.0", "chartURL: BACKEND/status/404");
        version("scheme-1.0.0", "chartURL: 'gopher://example.org/chart.tgz'");

        assertThat(files("nobody-1.0.0", "").statusCode()).isEqualTo(404);
        assertThat(files("keyless-1.0.0", "").body()).isEqualTo("[]");
        assertThat(files("mapless-1.0.0", "").statusCode()).isEqualTo(500);
        assertThat(files("broken-1.0.0", "").statusCode()).isEqualTo(500);
        assertThat(files("remote-1.0.0", "").statusCode()).isEqualTo(502);
        assertThat(files("remote-1.0.0", "").body()).contains("chart of extension version");
        assertThat(files("scheme-1.0.0", "").statusCode()).isEqualTo(502);
    }

    @Test
    void who_may_not_read_the_group_reads_no_chart() {
        version("private-1.0.0", "chartDataRef: {namespace: kubesphere-system, name: private, key: chart.tgz}");
        put("private", chart("private", ""));
        var bob = fixture.token("bob", GatewayFixture.BOB_PASSWORD);

        assertThat(fixture.get(FILES.formatted("private-1.0.0"), bob).statusCode())
                .isEqualTo(403);
    }

    private static byte[] chart(String name, String values) {
        return ChartPacker.pack(
                name,
                List.of(
                        file("Chart.yaml", "name: " + name),
                        file("values.yaml", values),
                        file("README_zh.md", "说明"),
                        file("charts/web/templates/a.yaml", "kind: A")));
    }

    private static ChartFile file(String path, String text) {
        return new ChartFile(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void version(String name, String spec) {
        fixture.apply(VERSIONS, "metadata: {name: %s}\nspec: {%s}\n".formatted(name, spec));
    }

    private static void put(String name, byte[] chart) {
        var map = GatewayFixture.named(name);
        map.putObject("binaryData").put("chart.tgz", Base64.getEncoder().encodeToString(chart));
        fixture.kubernetes.put(MAPS, map);
    }

    private static HttpResponse<String> files(String version, String query) {
        return fixture.get(FILES.formatted(version) + query, admin);
    }

    private static String text(JsonNode file) {
        return new String(Base64.getDecoder().decode(file.path("Data").asText()), StandardCharsets.UTF_8);
    }
}
