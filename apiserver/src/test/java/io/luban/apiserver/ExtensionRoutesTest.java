package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Objects of extensions take effect at once, and requests arrive at backends as their authors expect. */
class ExtensionRoutesTest {
    private static final String API_SERVICES = GatewayFixture.EXTENSIONS + "apiservices";
    private static final String BUNDLES = GatewayFixture.EXTENSIONS + "jsbundles";
    private static final String PROXIES = GatewayFixture.EXTENSIONS + "reverseproxies";
    private static GatewayFixture fixture;
    private static String admin;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void forwards_an_api_group_with_the_users_identity_and_the_token() {
        fixture.apply(API_SERVICES, """
                metadata: {name: v1.gold.io}
                spec: {group: gold.io, version: v1, url: BACKEND/base}
                status: {state: Available}
                """);
        await().until(() -> fixture.get("/kapis/gold.io/v1/things", admin).statusCode() == 200);

        var answer = fixture.send(fixture.request("/kapis/gold.io/v1/things/a%2Fb?x=1&y=%20;z")
                .header("Authorization", "Bearer " + admin)
                .header("X-Remote-User", "mallory")
                .header("X-Remote-Group", "system:masters")
                .POST(HttpRequest.BodyPublishers.ofString("hello")));
        var seen = json(answer);
        assertThat(seen.path("target").asText()).isEqualTo("/base/kapis/gold.io/v1/things/a%2Fb?x=1&y=%20;z");
        assertThat(seen.path("method").asText()).isEqualTo("POST");
        assertThat(seen.path("body").asText()).isEqualTo("hello");
        assertThat(seen.at("/headers/X-remote-user").asText()).isEqualTo("admin");
        assertThat(seen.at("/headers/X-remote-group").asText()).isEqualTo("system:authenticated");
        assertThat(seen.at("/headers/Authorization").asText()).isEqualTo("Bearer " + admin);
        assertThat(fixture.get("/kapis/gold.io/v1", admin).statusCode()).isEqualTo(200);
    }

    @Test
    void a_backend_gets_a_password_as_it_came() {
        fixture.apply(
                API_SERVICES, "{metadata: {name: v1.basic.io}, spec: {group: basic.io, version: v1, url: BACKEND}}");
        await().until(() -> fixture.get("/kapis/basic.io/v1/things", admin).statusCode() == 200);
        var basic = "Basic " + GatewayFixture.base64("admin:" + GatewayFixture.ADMIN_PASSWORD);

        var answer = fixture.send(fixture.request("/kapis/basic.io/v1/things").header("Authorization", basic));

        assertThat(json(answer).at("/headers/Authorization").asText()).isEqualTo(basic);
        assertThat(json(answer).at("/headers/X-remote-user").asText()).isEqualTo("admin");
    }

    /** Admission refuses such objects; here it was not there when they were made. */
    @Test
    void a_group_of_the_platform_is_replaced_on_purpose_only() {
        fixture.apply(API_SERVICES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: v1beta1.tenant, generation: 1}
                spec: {group: tenant.kubesphere.io, version: v1beta1, url: BACKEND}
                """);
        fixture.apply(API_SERVICES, """
                metadata: {name: v1.tenant, annotations: {kubesphere.io/allow-override: "true"}}
                spec: {group: tenant.kubesphere.io, version: v1, url: BACKEND}
                """);
        await().until(() -> fixture.get("/kapis/tenant.kubesphere.io/v1/x", admin)
                .headers()
                .firstValue("X-Backend")
                .isPresent());

        var answer = fixture.get("/kapis/tenant.kubesphere.io/v1beta1/x", admin);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("X-Backend")).isEmpty();
        await().untilAsserted(() -> assertThat(fixture.kubernetes
                        .object(API_SERVICES + "/v1beta1.tenant")
                        .at("/status/conditions/0/reason")
                        .asText())
                .isEqualTo("ReservedGroup"));
    }

    @Test
    void an_api_service_stands_before_what_the_gateway_serves_itself() {
        assertThat(fixture.get("/kapis/resources.kubesphere.io/v1alpha3/nodes", admin)
                        .body())
                .contains("totalItems");
        fixture.apply(API_SERVICES, """
                metadata: {name: v1alpha3.resources}
                spec: {group: resources.kubesphere.io, version: v1alpha3, url: BACKEND}
                """);
        await().until(() -> fixture.get("/kapis/resources.kubesphere.io/v1alpha3/nodes", admin)
                .headers()
                .firstValue("X-Backend")
                .isPresent());
        fixture.kubernetes.remove(API_SERVICES, "v1alpha3.resources");
        await().until(() -> fixture.get("/kapis/resources.kubesphere.io/v1alpha3/nodes", admin)
                .body()
                .contains("totalItems"));
    }

    @Test
    void counts_requests_of_api_groups() {
        fixture.apply(API_SERVICES, """
                metadata: {name: v1.counted.io}
                spec: {group: counted.io, version: v1, url: BACKEND}
                """);
        await().until(() -> fixture.get("/kapis/counted.io/v1/things", admin).statusCode() == 200);

        await().untilAsserted(() -> assertThat(fixture.get("/metrics", "").body())
                .contains(
                        "ks_server_request_total{code=\"200\",group=\"counted.io\",resource=\"things\",verb=\"list\",version=\"v1\"}")
                .contains("ks_server_request_duration_seconds_bucket{group=\"counted.io\",resource=\"things\","
                        + "verb=\"list\",version=\"v1\",le=\"0.05\"}")
                .contains("process_start_time_seconds"));
    }

    @Test
    void answers_for_api_services_that_are_off_broken_or_down() {
        fixture.apply(API_SERVICES, """
                metadata: {name: v1.off.io}
                spec: {group: off.io, version: v1, url: BACKEND}
                status: {state: Disabled}
                """);
        fixture.apply(
                API_SERVICES, "{metadata: {name: v1.bad.io}, spec: {group: bad.io, version: v1, url: 'ftp://x'}}");
        fixture.apply(
                API_SERVICES,
                "{metadata: {name: v1.down.io}, spec: {group: down.io, version: v1, url: 'http://127.0.0.1:1'}}");
        await().until(() -> fixture.get("/kapis/down.io/v1/a", admin).statusCode() == 502);

        var off = fixture.get("/kapis/off.io/v1/a", admin);
        assertThat(off.statusCode()).isEqualTo(503);
        assertThat(json(off).path("message").asText()).isEqualTo("apiService v1.off.io is not available");
        assertThat(json(off).at("/ErrStatus/reason").asText()).isEqualTo("ServiceUnavailable");
        assertThat(fixture.get("/kapis/bad.io/v1/a", admin).body()).contains("scheme must be http or https");
        assertThat(json(fixture.get("/kapis/down.io/v1/a", admin)).path("kind").asText())
                .isEqualTo("Status");
    }

    @Test
    void the_first_of_two_api_services_of_a_group_serves_and_the_other_learns_of_it() {
        fixture.apply(API_SERVICES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: a.twice.io}
                spec: {group: twice.io, version: v1, url: BACKEND/first}
                """);
        fixture.apply(API_SERVICES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: b.twice.io}
                spec: {group: twice.io, version: v1, url: BACKEND/second}
                """);
        await().untilAsserted(() -> {
            var condition =
                    fixture.kubernetes.object(API_SERVICES + "/b.twice.io").at("/status/conditions/0");
            assertThat(condition.path("status").asText()).isEqualTo("False");
            assertThat(condition.path("reason").asText()).isEqualTo("Conflict");
            assertThat(condition.path("message").asText())
                    .isEqualTo("twice.io/v1 is served by the APIService a.twice.io, which was there before");
        });
        assertThat(json(fixture.get("/kapis/twice.io/v1/x", admin))
                        .path("target")
                        .asText())
                .isEqualTo("/first/kapis/twice.io/v1/x");
        assertThat(fixture.kubernetes.object(API_SERVICES + "/a.twice.io").has("status"))
                .isFalse();

        fixture.kubernetes.remove(API_SERVICES, "a.twice.io");
        await().untilAsserted(() -> assertThat(fixture.kubernetes
                        .object(API_SERVICES + "/b.twice.io")
                        .at("/status/conditions/0/status")
                        .asText())
                .isEqualTo("True"));
        assertThat(json(fixture.get("/kapis/twice.io/v1/x", admin))
                        .path("target")
                        .asText())
                .isEqualTo("/second/kapis/twice.io/v1/x");
    }

    @Test
    void reaches_a_cluster_service_through_its_ready_instances() {
        var port = fixture.backend.getAddress().getPort();
        fixture.apply("/api/v1/services", """
                metadata: {name: web, namespace: default}
                spec: {ports: [{name: http, port: 80}]}
                """);
        fixture.apply("/apis/discovery.k8s.io/v1/endpointslices", """
                metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
                ports: [{name: http, port: %d}]
                endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}}]
                """.formatted(port));
        fixture.apply(
                API_SERVICES,
                "{metadata: {name: v1.svc.io}, spec: {group: svc.io, version: v1, url: 'http://web.default.svc'}}");

        await().until(() -> fixture.get("/kapis/svc.io/v1/a", admin).statusCode() == 200);
        assertThat(json(fixture.get("/kapis/svc.io/v1/a", admin))
                        .at("/headers/Host")
                        .asText())
                .isEqualTo("web.default.svc");
    }

    @Test
    void accepts_both_generations_of_reverse_proxies_and_all_directives() {
        fixture.apply(PROXIES, """
                metadata: {name: grafana}
                spec:
                  matcher: {path: /proxy/grafana/*, method: "*"}
                  upstream: {url: BACKEND}
                  directives:
                    method: PUT
                    stripPathPrefix: /proxy/grafana
                    stripPathSuffix: .html
                    headerUp: ["-Authorization", "+X-WEBAUTH-USER admin", "X-A b c", "X-Q: quoted", "-X-Drop*", 'X-R "o+" "0"']
                    headerDown: ["X-Down yes", "-X-Backend"]
                    rewrite: ["/old/* /new{path}?{query}&p=1"]
                    replace: ["/docs/ /v1/docs/"]
                    pathRegexp: ["/{2,} /"]
                    authProxy: true
                """);
        fixture.apply(GatewayFixture.EARLY + "reverseproxies", """
                metadata: {name: early}
                spec:
                  matcher: [{path: /res/early/*, method: GET}, {path: /proxy/early/*}]
                  upstream: {backend: BACKEND, insecureSkipVerify: true}
                  rewrite: ["/res/early/* /api{path}"]
                  header: {up: ["X-Early 1"], down: ["X-Early 2"]}
                """);
        await().until(() -> fixture.get("/proxy/grafana/x", admin).statusCode() == 200);
        await().until(() -> fixture.get("/res/early/x", admin).statusCode() == 200);

        var request = fixture.request("/proxy/grafana/old//docs/a%2Fb.html?q=1")
                .header("X-Drop-Me", "1")
                .header("X-R", "foo")
                .header("Authorization", "Bearer " + admin);
        var answer = fixture.send(request);
        var seen = json(answer);
        assertThat(seen.path("method").asText()).isEqualTo("PUT");
        assertThat(seen.path("target").asText()).isEqualTo("/new/old/v1/docs/a/b?q=1&p=1");
        assertThat(seen.at("/headers").has("Authorization")).isFalse();
        assertThat(seen.at("/headers").has("X-drop-me")).isFalse();
        assertThat(seen.at("/headers/X-webauth-user").asText()).isEqualTo("admin");
        assertThat(seen.at("/headers/X-a").asText()).isEqualTo("b c");
        assertThat(seen.at("/headers/X-q").asText()).isEqualTo("quoted");
        assertThat(seen.at("/headers/X-r").asText()).isEqualTo("f0");
        assertThat(seen.at("/headers/X-remote-user").asText()).isEqualTo("admin");
        assertThat(answer.headers().firstValue("X-Down")).contains("yes");
        assertThat(answer.headers().firstValue("X-Backend")).isEmpty();

        var early = fixture.get("/res/early/x", admin);
        assertThat(json(early).path("target").asText()).isEqualTo("/api/res/early/x");
        assertThat(json(early).at("/headers/X-early").asText()).isEqualTo("1");
        assertThat(early.headers().firstValue("X-Early")).contains("2");
        assertThat(fixture.get("/proxy/grafana", admin).statusCode()).isEqualTo(404);
    }

    @Test
    void sends_browsers_to_the_path_with_a_slash_when_nothing_is_left() {
        fixture.apply(PROXIES, """
                metadata: {name: bare}
                spec:
                  matcher: {path: /proxy/bare*, method: GET}
                  upstream: {url: BACKEND}
                  directives: {stripPathPrefix: /proxy/bare}
                """);
        await().until(() -> fixture.get("/proxy/bare/", admin).statusCode() == 200);

        var answer = fixture.get("/proxy/bare?a=1", admin);
        assertThat(answer.statusCode()).isEqualTo(301);
        assertThat(answer.headers().firstValue("Location")).contains("/proxy/bare/?a=1");
    }

    @Test
    void makes_an_application_believe_it_lives_below_the_gateway() {
        fixture.apply(PROXIES, """
                metadata: {name: wrapped}
                spec:
                  matcher: {path: /proxy/wrapped/*, method: "*"}
                  upstream: {url: BACKEND}
                  directives: {stripPathPrefix: /proxy/wrapped, wrapTransport: true}
                """);
        await().until(() -> fixture.get("/proxy/wrapped/x", admin).statusCode() == 200);

        var seen = fixture.get("/proxy/wrapped/x", admin);
        assertThat(json(seen).at("/headers/X-forwarded-uri").asText()).isEqualTo("/proxy/wrapped/x");
        assertThat(json(seen).at("/headers/X-forwarded-host").asText()).isEqualTo("127.0.0.1:" + fixture.port());
        assertThat(seen.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(fixture.get("/proxy/wrapped/redirect", admin).headers().firstValue("Location"))
                .contains("/proxy/wrapped/login");
        assertThat(fixture.get("/proxy/wrapped/page", admin).body())
                .isEqualTo("<html><a href=\"/proxy/wrapped/static/a.js\">a</a><img src='rel.png'></html>");
    }

    @Test
    void replaces_redirects_that_are_not_wanted() {
        fixture.apply(PROXIES, """
                metadata: {name: strict}
                spec:
                  matcher: {path: /proxy/strict/*, method: GET}
                  upstream: {url: BACKEND}
                  directives: {rejectForwardingRedirects: true}
                """);
        await().until(() -> fixture.get("/proxy/strict/x", admin).statusCode() == 200);

        var answer = fixture.get("/proxy/strict/redirect", admin);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("redirect");
    }

    @Test
    void serves_bundles_of_every_source_to_anybody() {
        var script = "System.register([],function(){});";
        fixture.apply(BUNDLES, """
                metadata: {name: raw, labels: {kubesphere.io/extension-ref: rawext}}
                spec:
                  raw: %s
                  assets:
                    style: {link: /dist/rawext/style.css, url: BACKEND/s.css}
                    files: [{name: r, link: /dist/rawext/remote.js, mimeType: text/javascript, url: BACKEND/script.js}]
                """.formatted(GatewayFixture.base64(script)));
        fixture.apply(BUNDLES, """
                metadata: {name: cm}
                spec: {rawFrom: {configMapKeyRef: {name: jscm, key: index.js, namespace: default}}}
                status: {state: Available, link: /dist/cm/index.js}
                """);
        fixture.apply(BUNDLES, """
                metadata: {name: remote}
                spec: {rawFrom: {url: BACKEND/script.js}}
                """);
        fixture.apply("/api/v1/namespaces/default/configmaps", "{metadata: {name: jscm}, data: {index.js: 'cm();'}}");
        await().until(() -> fixture.get("/dist/remote/index.js", "").statusCode() == 200);

        var raw = fixture.get("/dist/rawext/index.js", "");
        assertThat(raw.body()).isEqualTo(script);
        assertThat(raw.headers().allValues("Content-Type")).containsExactly("application/javascript; charset=utf-8");
        var again = fixture.send(fixture.request("/dist/rawext/index.js")
                .header("If-None-Match", raw.headers().firstValue("ETag").orElseThrow()));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(fixture.get("/dist/cm/index.js", "").body()).isEqualTo("cm();");
        var remote = fixture.get("/dist/remote/index.js?v=2", "");
        assertThat(remote.body()).isEqualTo("remote();");
        assertThat(remote.headers().allValues("Content-Type")).containsExactly("application/javascript; charset=utf-8");
        assertThat(fixture.get("/dist/rawext/remote.js", "").headers().allValues("Content-Type"))
                .containsExactly("text/javascript");
        assertThat(fixture.get("/dist/none/index.js", "").statusCode()).isEqualTo(404);
        fixture.apply("/api/v1/namespaces/default/configmaps", "{metadata: {name: jscm}, data: {other: x}}");
        await().until(() -> fixture.get("/dist/cm/index.js", "").statusCode() == 404);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.parse(answer.body());
    }
}
