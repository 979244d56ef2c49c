package io.luban.embeddedkube.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.http.AnswerInspector.Verdict;
import io.luban.http.Headers;
import io.luban.model.ApiException;
import io.luban.model.Status;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyAnswerTest {
    private static final String PREFIX = "/api/v1/namespaces/n/services/s/proxy";

    private final ProxyAnswer answer = new ProxyAnswer(PREFIX, "10.0.0.1:8080", "kube:6443");

    @ParameterizedTest
    @CsvSource({
        "/login, /api/v1/namespaces/n/services/s/proxy/login",
        "/a%2Fb/?q=1#f, /api/v1/namespaces/n/services/s/proxy/a%2Fb/?q=1#f",
        "http://10.0.0.1:8080/x, /api/v1/namespaces/n/services/s/proxy/x",
        "https://kube:6443/x, /api/v1/namespaces/n/services/s/proxy/x",
        "https://elsewhere/x, https://elsewhere/x",
        "relative/x, relative/x",
        "/api/v1/namespaces/n/services/s/proxy/x, /api/v1/namespaces/n/services/s/proxy/x",
        "http://[broken, http://[broken"
    })
    void redirects_within_the_backend_lead_back_through_the_proxy(String location, String expected) {
        assertThat(answer.rewritten(location)).isEqualTo(expected);
    }

    @Test
    void the_backend_grants_nothing_to_pages_of_other_origins() {
        var verdict = answer.inspect(200, Headers.of("Access-Control-Allow-Origin", "*", "Content-Type", "text/html"));

        assertThat(((Verdict.Pass) verdict).headers().contains("Access-Control-Allow-Origin"))
                .isFalse();
        assertThat(((Verdict.Pass) verdict).headers().contains("Content-Type")).isTrue();
    }

    @Test
    void an_unreachable_backend_is_unavailable() {
        var reply = answer.failed(Status.of(502, "Bad Gateway", "error trying to reach http://x:1: refused"));

        assertThat(reply.status()).isEqualTo(503);
        assertThat(new String(reply.body(), StandardCharsets.UTF_8))
                .contains("error trying to reach service: http://x:1: refused");
    }

    @Test
    void credentials_do_not_reach_the_backend() {
        var headers = ProxyRequest.withoutCredentials(Headers.of(
                "Authorization",
                "Bearer t",
                "Impersonate-User",
                "joe",
                "X-Remote-User",
                "root",
                "Cookie",
                "c=1",
                "Sec-WebSocket-Protocol",
                "chat, base64url.bearer.authorization.k8s.io.dA"));

        assertThat(headers.contains("Authorization")).isFalse();
        assertThat(headers.contains("Impersonate-User")).isFalse();
        assertThat(headers.contains("X-Remote-User")).isFalse();
        assertThat(headers.first("Sec-WebSocket-Protocol")).contains("chat");
        assertThat(headers.first("Cookie")).contains("c=1");
    }

    @Test
    void backends_are_named_with_scheme_and_port_or_without() {
        assertThat(SchemeNamePort.parse("web", "service")).isEqualTo(new SchemeNamePort("", "web", ""));
        assertThat(SchemeNamePort.parse("web:80", "service")).isEqualTo(new SchemeNamePort("", "web", "80"));
        assertThat(SchemeNamePort.parse("https:web:", "service").isTls()).isTrue();
        assertThatThrownBy(() -> SchemeNamePort.parse("ftp:web:80", "service"))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("invalid service request \"ftp:web:80\"");
    }
}
