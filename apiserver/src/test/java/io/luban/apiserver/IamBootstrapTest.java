package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.kube.FakeKubernetes;
import io.luban.kube.KubeClients;
import java.io.IOException;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class IamBootstrapTest {
    private static final String IAM = "/apis/iam.kubesphere.io/v1beta1/";

    @Test
    void creates_roles_bindings_client_and_administrator_once() throws IOException {
        try (var kubernetes = new FakeKubernetes();
                var client = KubeClients.forServer(kubernetes.url())) {
            var bootstrap = new IamBootstrap(client, Clock.systemUTC());
            assertThat(bootstrap.run("Secret123")).isTrue();

            var admin = kubernetes.object(IAM + "users/admin");
            assertThat(admin.at("/spec/password").asText()).startsWith("$2a$10$");
            assertThat(admin.at("/status/state").asText()).isEqualTo("Active");
            assertThat(kubernetes
                            .object(IAM + "globalrolebindings/admin")
                            .at("/roleRef/name")
                            .asText())
                    .isEqualTo("platform-admin");
            assertThat(kubernetes.object(IAM + "globalroles/authenticated").path("rules"))
                    .isNotEmpty();
            assertThat(kubernetes.object("/api/v1/namespaces/kubesphere-system/secrets/oauthclient-kubesphere"))
                    .isNotEmpty();
            assertThat(kubernetes.object(
                            "/apis/kubesphere.io/v1alpha1/namespaces/kubesphere-system/serviceaccounts/ks-console"))
                    .isNotEmpty();
        }
    }

    @Test
    void leaves_alone_what_an_administrator_changed() throws IOException {
        try (var kubernetes = new FakeKubernetes();
                var client = KubeClients.forServer(kubernetes.url())) {
            var bootstrap = new IamBootstrap(client, Clock.systemUTC());
            bootstrap.run("Secret123");
            var admin = kubernetes.object(IAM + "users/admin");
            admin.withObject("/spec").put("email", "root@example.org");
            kubernetes.put(IAM + "users", admin);

            assertThat(bootstrap.run("Other1234")).isFalse();
            assertThat(kubernetes.object(IAM + "users/admin").at("/spec/email").asText())
                    .isEqualTo("root@example.org");
        }
    }
}
