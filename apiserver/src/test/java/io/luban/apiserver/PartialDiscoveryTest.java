package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Kubernetes API of which parts do not answer: the gateway starts, serves the rest, and tells which parts. */
class PartialDiscoveryTest {
    private static final String BUNDLES = GatewayFixture.EXTENSIONS + "jsbundles";
    private static final String CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
    private GatewayFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new GatewayFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void starts_beside_failing_groups_names_them_and_takes_them_up_when_they_are_back() {
        fixture.apply(BUNDLES, "{metadata: {name: late}, spec: {raw: %s}}".formatted(GatewayFixture.base64("late();")));
        fixture.kubernetes.fail(BUNDLES, 503);
        fixture.kubernetes.fail(CLUSTERS, 500);
        fixture.kubernetes.fail("/apis/aggregated.io", 503);

        long begun = System.nanoTime();
        fixture.restart();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));

        var admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
        assertThat(fixture.get("/api/v1/nodes", admin).statusCode()).isEqualTo(200);
        assertThat(fixture.get("/apis/aggregated.io/v1/things", admin).statusCode())
                .isEqualTo(503);
        var unready = fixture.get("/readyz", "");
        assertThat(unready.statusCode()).isEqualTo(500);
        assertThat(unready.body()).isEqualTo("""
                [+]ping ok
                [+]kubernetes-api ok
                [-]informer-sync failed: reason withheld
                [-]informer-sync/clusters.cluster.kubesphere.io failed: reason withheld
                [-]informer-sync/jsbundles.extensions.kubesphere.io failed: reason withheld
                [+]cache ok
                readyz check failed
                """);
        assertThat(fixture.get("/readyz/informer-sync", admin).statusCode()).isEqualTo(500);
        assertThat(fixture.get("/readyz?exclude=informer-sync", "").body()).isEqualTo("ok");
        assertThat(fixture.get("/healthz", "").body()).isEqualTo("ok");

        fixture.kubernetes.heal();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> fixture.get("/readyz", "").statusCode() == 200);
        assertThat(fixture.get("/dist/late/index.js", "").body()).isEqualTo("late();");
    }

    @Test
    void is_not_ready_but_alive_while_kubernetes_does_not_say_who_it_is() {
        fixture.kubernetes.fail("/version", 503);
        fixture.restart();

        var admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
        var unready = fixture.get("/readyz?verbose", "");
        assertThat(unready.statusCode()).isEqualTo(500);
        assertThat(unready.body()).contains("[-]kubernetes-api failed: reason withheld\n", "[+]informer-sync ok\n");
        assertThat(fixture.get("/readyz/kubernetes-api", admin).statusCode()).isEqualTo(500);
        assertThat(fixture.get("/readyz/kubernetes-api", admin).body()).isEqualTo("kubernetes-api check failed\n");
        assertThat(fixture.get("/livez", "").body()).isEqualTo("ok");
    }
}
