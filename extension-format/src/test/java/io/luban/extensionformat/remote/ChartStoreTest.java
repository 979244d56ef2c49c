package io.luban.extensionformat.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Yaml;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartStoreTest {
    private static final String REPOSITORY = """
            metadata: {name: private}
            spec:
              url: https://charts.example.org
              basicAuthSecretRef: {namespace: kubesphere-system, name: login}
            """;

    @Test
    void credentials_may_stand_in_a_secret_that_is_meant_for_the_repository() {
        var access = ChartStore.access(Yaml.parse(REPOSITORY), cluster("""
                        metadata: {labels: {kubesphere.io/repository-ref: private}}
                        data: {username: bWU=, password: c2VjcmV0}
                        """)::get);

        assertThat(access.username()).isEqualTo("me");
        assertThat(access.password()).isEqualTo("secret");
    }

    @ParameterizedTest
    @CsvSource({"metadata: {}", "metadata: {labels: {kubesphere.io/repository-ref: another}}"})
    void no_repository_sends_a_secret_that_was_not_made_for_it(String metadata) {
        var secret = cluster(metadata + "\ndata: {username: bWU=, password: c2VjcmV0}\n");

        assertThatThrownBy(() -> ChartStore.access(Yaml.parse(REPOSITORY), secret::get))
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("must carry the label kubesphere.io/repository-ref: private");
    }

    @Test
    void a_secret_that_is_not_there_is_told() {
        assertThatThrownBy(() -> ChartStore.access(Yaml.parse(REPOSITORY), path -> Optional.empty()))
                .isInstanceOf(RemoteException.class)
                .hasMessage("the Secret of basicAuthSecretRef does not exist");
    }

    @Test
    void a_version_without_a_place_of_its_chart_and_a_map_without_the_key_are_told() {
        var store = new ChartStore(path -> Optional.of(Yaml.parse("binaryData: {other: AAAA}")), Map.of());

        assertThatThrownBy(() -> store.read(Yaml.parse("spec: {version: 1.0.0}")))
                .isInstanceOf(RemoteException.class)
                .hasMessage("it has neither spec.chartDataRef nor spec.chartURL");
        assertThatThrownBy(
                        () -> store.read(Yaml.parse("spec: {chartDataRef: {namespace: a, name: b, key: chart.tgz}}")))
                .isInstanceOf(RemoteException.class)
                .hasMessage("chart data not found in config map");
        assertThatThrownBy(() -> store.read(Yaml.parse("spec: {chartURL: 's3://bucket/chart.tgz'}")))
                .isInstanceOf(RemoteException.class)
                .hasMessage("unsupported scheme: s3");
    }

    private record Cluster(JsonNode secret) {
        Optional<JsonNode> get(String path) {
            return path.equals("/api/v1/namespaces/kubesphere-system/secrets/login")
                    ? Optional.of(secret)
                    : Optional.empty();
        }
    }

    private static Cluster cluster(String secret) {
        return new Cluster(Yaml.parse(secret));
    }
}
