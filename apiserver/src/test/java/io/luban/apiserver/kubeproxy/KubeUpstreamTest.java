package io.luban.apiserver.kubeproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.model.ParseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class KubeUpstreamTest {
    @Test
    void takes_server_trust_and_credentials_from_a_kubeconfig() {
        var upstream = KubeUpstream.fromKubeconfig(kubeconfig("https://kube.example:6443/k8s/", "token: secret-token"));
        var request = LocalRequest.of("GET", "/api/v1/pods?limit=1", Headers.EMPTY);

        var target = ((Reply.Forward) upstream.forward(request, RequestInfo.UNKNOWN)).target();

        assertThat(target.rawTarget()).isEqualTo("/k8s/api/v1/pods?limit=1");
        assertThat(target.headers().first("Authorization")).contains("Bearer secret-token");
        assertThat(target.upstream().host()).isEqualTo("kube.example");
        assertThat(target.upstream().port()).isEqualTo(6443);
        assertThat(new String(target.upstream().caPem(), StandardCharsets.UTF_8))
                .isEqualTo("anchors");
        assertThat(target.upstream().identity()).isEmpty();
    }

    @Test
    void presents_the_client_certificate() {
        var user = "client-certificate-data: %s, client-key-data: %s".formatted(base64("cert"), base64("key"));
        var upstream = KubeUpstream.fromKubeconfig(kubeconfig("https://kube.example", user));
        var request = LocalRequest.of("GET", "/apis", Headers.EMPTY);

        var target = ((Reply.Forward) upstream.forward(request, RequestInfo.UNKNOWN)).target();

        assertThat(target.upstream().port()).isEqualTo(443);
        assertThat(target.upstream().identity()).isPresent();
        assertThat(target.headers().contains("Authorization")).isFalse();
    }

    @Test
    void refuses_text_without_a_server() {
        assertThatThrownBy(() -> KubeUpstream.fromKubeconfig("apiVersion: v1\nkind: Config\nclusters: ["))
                .isInstanceOf(ParseException.class);
    }

    @Test
    void takes_no_other_server_for_one_that_is_not_named() {
        var elsewhere = kubeconfig("https://kube.example", "").replace("current-context: c", "current-context: d");
        for (var text : new String[] {"{}", "current-context: c", kubeconfig("", ""), elsewhere}) {
            assertThatThrownBy(() -> KubeUpstream.fromKubeconfig(text))
                    .as(text)
                    .isInstanceOf(ParseException.class)
                    .hasMessage("kubeconfig: the current context names no server");
        }
    }

    private static String kubeconfig(String server, String user) {
        return """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: k, user: u}}]
                clusters: [{name: k, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: u, user: {%s}}]
                """.formatted(server, base64("anchors"), user);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
