package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures are taken from administrators, kept in Kubernetes, and shown to everybody. */
class ImagesTest {
    private static GatewayFixture fixture;
    private static String admin;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        fixture.kubernetes.serve("/api/v1/namespaces/kubesphere-system/configmaps");
        fixture.role("pictures", "{verbs: [GET], nonResourceURLs: ['/static/images/*']}");
        fixture.bind("pictures", "pictures", "Group", "system:unauthenticated");
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
        org.awaitility.Awaitility.await()
                .until(() -> fixture.get("/static/images/none.png", "").statusCode() == 404);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static HttpResponse<String> upload(String field, String file, String type, byte[] content, String token) {
        var body = new ByteArrayOutputStream();
        body.writeBytes(
                "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n".getBytes(StandardCharsets.UTF_8));
        body.writeBytes(
                "--b\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n"
                        .formatted(field, file, type)
                        .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(content);
        body.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8));
        var request = fixture.request("/static/images").header("Content-Type", "multipart/form-data; boundary=b");
        return fixture.send((token.isEmpty() ? request : request.header("Authorization", "Bearer " + token))
                .POST(BodyPublishers.ofByteArray(body.toByteArray())));
    }

    private static byte[] letters(int seed, int size) {
        var bytes = new byte[size];
        var random = new Random(seed);
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(26));
        }
        return bytes;
    }

    @Test
    void a_picture_in_parts_outlives_the_gateway() {
        var content = letters(1, 1_800_000);
        var stored = upload("image", "Logo.SVG", "text/plain", content, admin);
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
        var file = Json.parse(stored.body()).path("image").asText();
        assertThat(file).matches("[0-9a-f]{32}\\.svg");
        assertThat(Json.parse(upload("image", "Logo.SVG", "text/plain", content, admin)
                                .body())
                        .path("image")
                        .asText())
                .isEqualTo(file);

        fixture.restart();

        for (var path : new String[] {"/static/images/", "/pstatic/static/images/"}) {
            var shown = fixture.get(path + file, "");
            assertThat(shown.statusCode()).isEqualTo(200);
            assertThat(shown.body()).isEqualTo(new String(content, StandardCharsets.UTF_8));
            var headers = shown.headers();
            assertThat(headers.firstValue("Content-Type")).contains("image/svg+xml");
            assertThat(headers.firstValue("Cache-Control")).contains("public, max-age=86400");
            assertThat(headers.firstValue("Expires")).isPresent();
            assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(headers.firstValue("Content-Security-Policy"))
                    .contains("sandbox; default-src 'none'; style-src 'unsafe-inline'");
        }
        for (var known : new String[] {"\"" + file + "\"", "W/\"" + file + "\"", "\"other\", \"" + file + "\"", "*"}) {
            var kept = fixture.send(fixture.request("/static/images/" + file)
                    .header("If-None-Match", "\"first\"")
                    .header("If-None-Match", known));
            assertThat(kept.statusCode()).as(known).isEqualTo(304);
        }
    }

    @Test
    void the_type_comes_from_the_name_or_else_from_the_part() {
        var named = upload("image", "a.ico", "image/png", letters(2, 100), admin);
        assertThat(Json.parse(named.body()).path("image").asText()).endsWith(".ico");
        var typed = upload("image", "blob", "image/png", letters(3, 100), admin);
        var file = Json.parse(typed.body()).path("image").asText();
        var shown = fixture.get("/static/images/" + file, "");
        assertThat(shown.headers().firstValue("Content-Type")).contains("image/png");
        assertThat(shown.headers().firstValue("Content-Security-Policy")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "form-data; name=image; filename=plain.png|.png",
                "FORM-DATA; FILENAME=\"loud.JPG\"; NAME=\"image\"|.jpg",
                "form-data; name=\"image\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.svg|.svg",
                "form-data; name=\"image\"; filename = \"a.png\"|.png",
                "form-data; name=\"image\"; filename=\"from.camera1\"|.ico"
            })
    void reads_the_disposition_in_all_its_spellings(String disposition, String ending) {
        var body = "--b\r\nContent-Disposition: %s\r\nContent-Type: image/x-icon\r\n\r\nDATA\r\n--b--\r\n"
                .formatted(disposition);
        var stored = fixture.send(fixture.request("/static/images")
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "Multipart/Form-Data; Boundary=\"b\"")
                .POST(BodyPublishers.ofString(body)));
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
        assertThat(Json.parse(stored.body()).path("image").asText()).endsWith(ending);
    }

    @Test
    void refuses_what_is_no_picture_and_whoever_may_not() {
        assertThat(upload("image", "a.html", "image/png", letters(4, 10), admin).statusCode())
                .isEqualTo(400);
        assertThat(upload("image", "a", "text/html", letters(4, 10), admin).statusCode())
                .isEqualTo(400);
        assertThat(upload("picture", "a.png", "image/png", letters(4, 10), admin)
                        .statusCode())
                .isEqualTo(400);
        var large = upload("image", "a.png", "image/png", letters(4, 2_200_000), admin);
        assertThat(large.statusCode()).isEqualTo(400);
        assertThat(large.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(upload("image", "a.png", "image/png", letters(4, 10), "").statusCode())
                .isEqualTo(403);
        var plain = fixture.send(fixture.request("/static/images")
                .header("Authorization", "Bearer " + admin)
                .POST(BodyPublishers.ofString("--b\r\n")));
        assertThat(plain.statusCode()).isEqualTo(400);
        assertThat(fixture.get("/static/images/..%2f..%2fa.png", "").statusCode())
                .isNotEqualTo(200);
        assertThat(fixture.get("/static/images/" + "0".repeat(32) + ".png", "").statusCode())
                .isEqualTo(404);
    }
}
