package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Browsers keep front ends as long as is right, and authors learn what is wrong with their bundles. */
class JsBundleTest {
    private static final String BUNDLES = GatewayFixture.EXTENSIONS + "jsbundles";
    private static final String API = "extensions.kubesphere.io/v1alpha1";
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static void apply(String name, String raw) {
        fixture.apply(BUNDLES, """
                apiVersion: %s
                metadata: {name: %s, labels: {kubesphere.io/extension-ref: %s}}
                spec: {raw: "%s"}
                """.formatted(API, name, name, raw));
    }

    private static String caching(HttpResponse<String> answer) {
        return answer.headers().firstValue("Cache-Control").orElse("");
    }

    @Test
    void lets_browsers_keep_for_good_what_the_address_names_exactly() {
        var script = "let a = 1;\n".repeat(500);
        apply("kept", GatewayFixture.base64(script));
        await().until(() -> fixture.get("/dist/kept/index.js", "").statusCode() == 200);
        var version = fixture.kubernetes
                .object(BUNDLES + "/kept")
                .at("/metadata/resourceVersion")
                .asText();

        var plain = fixture.get("/dist/kept/index.js", "");
        assertThat(plain.body()).isEqualTo(script);
        assertThat(caching(plain)).isEqualTo("no-cache");
        assertThat(caching(fixture.get("/dist/kept/index.js?resourceVersion=" + version, "")))
                .isEqualTo("public, max-age=31536000, immutable");
        assertThat(caching(fixture.get("/dist/kept/index.js?resourceVersion=1" + version, "")))
                .isEqualTo("no-cache");
        var tag = plain.headers().firstValue("ETag").orElse("").replace("\"", "");
        assertThat(caching(fixture.get("/dist/kept/index.js?hash=" + tag, ""))).contains("immutable");

        var refused = fixture.send(fixture.request("/dist/kept/index.js").header("Accept-Encoding", "gzip;q=0"));
        assertThat(refused.headers().firstValue("Content-Encoding")).isEmpty();
        var zipped =
                fixture.send(fixture.request("/dist/kept/index.js").header("Accept-Encoding", "br;q=0, gzip;q=0.5"));
        assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
    }

    @Test
    void answers_under_the_consoles_path_as_well() {
        apply("both", GatewayFixture.base64("both();"));
        await().untilAsserted(() -> {
            var answer = fixture.get("/pstatic/dist/both/index.js", "");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("both();");
        });
        assertThat(fixture.get("/pstatic/pstatic/dist/both/index.js", "").statusCode())
                .isNotEqualTo(200);
        assertThat(fixture.get("/pstatic/api/v1/nodes", "").statusCode()).isNotEqualTo(200);
    }

    @Test
    void keeps_the_last_good_form_of_a_bundle_and_says_what_is_wrong_until_it_is_mended() {
        apply("broken", GatewayFixture.base64("good();"));
        await().until(() -> fixture.get("/dist/broken/index.js", "").statusCode() == 200);

        apply("broken", "A");
        await().untilAsserted(() -> {
            var condition = fixture.kubernetes.object(BUNDLES + "/broken").at("/status/conditions/0");
            assertThat(condition.path("status").asText()).isEqualTo("False");
            assertThat(condition.path("message").asText()).contains("spec.raw is not base64");
        });
        assertThat(fixture.get("/dist/broken/index.js", "").body()).isEqualTo("good();");

        var mended = fixture.kubernetes.object(BUNDLES + "/broken");
        mended.withObject("/spec").put("raw", GatewayFixture.base64("better();"));
        fixture.kubernetes.put(BUNDLES, mended);
        await().untilAsserted(() -> {
            assertThat(fixture.get("/dist/broken/index.js", "").body()).isEqualTo("better();");
            assertThat(fixture.kubernetes
                            .object(BUNDLES + "/broken")
                            .at("/status/conditions/0/status")
                            .asText())
                    .isEqualTo("True");
        });
    }
}
