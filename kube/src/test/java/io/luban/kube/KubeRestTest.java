package io.luban.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class KubeRestTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @Test
    void creates_reads_patches_and_deletes_objects_by_path() throws IOException {
        try (var kubernetes = new FakeKubernetes().serve(MAPS);
                var client = KubeClients.forServer(kubernetes.url())) {
            var kube = KubeRest.of(client);
            var map = Json.object();
            map.putObject("metadata").put("name", "a");
            map.putObject("data").put("k", "v");
            kube.create(MAPS, map);
            var patch = Json.object();
            patch.putObject("data").put("k", "w");
            assertThat(kube.patch(MAPS + "/a", patch).at("/data/k").asText()).isEqualTo("w");
            assertThat(kube.find(MAPS + "/a")).isPresent();
            kube.delete(MAPS + "/a");
            kube.delete(MAPS + "/a");
            assertThat(kube.find(MAPS + "/a")).isEmpty();
        }
    }

    @Test
    void carries_the_servers_status_in_the_exception() throws IOException {
        try (var kubernetes = new FakeKubernetes();
                var client = KubeClients.forServer(kubernetes.url())) {
            var kube = KubeRest.of(client);
            assertThatThrownBy(() -> kube.get(MAPS + "/none")).isInstanceOfSatisfying(ApiException.class, e -> {
                assertThat(e.code()).isEqualTo(404);
                assertThat(e.status().reason()).isEqualTo("NotFound");
            });
        }
    }

    @Test
    void a_closed_client_is_told_like_a_server_that_is_away() throws IOException {
        try (var kubernetes = new FakeKubernetes().serve(MAPS)) {
            var client = KubeClients.forServer(kubernetes.url());
            var kube = KubeRest.of(client);
            client.close();
            assertThatThrownBy(() -> kube.get(MAPS + "/a"))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(503));
        }
    }

    @Test
    void refuses_text_that_is_not_a_kubeconfig() {
        assertThatThrownBy(() -> KubeClients.fromKubeconfig("clusters: [")).isInstanceOf(ParseException.class);
    }
}
