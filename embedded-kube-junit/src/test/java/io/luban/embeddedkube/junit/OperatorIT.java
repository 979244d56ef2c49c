package io.luban.embeddedkube.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.luban.kube.KubeClients;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An operator of the Java Operator SDK works for a whole life of its resources while the server restarts. */
@EmbeddedKubernetes(simulation = false, manifests = "/io/luban/embeddedkube/junit/webpages.yaml")
@SuppressWarnings("NullAway.Init")
class OperatorIT {
    private RunningKubernetes kubernetes;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void an_operator_with_dependents_status_and_finalizers_lives_through_restarts() {
        var reconciler = new PageReconciler();
        var operator = new Operator(overrides -> overrides
                .withKubernetesClient(KubeClients.fromKubeconfig(kubernetes.kubeconfig()))
                .withCloseClientOnStop(true)
                .withLeaderElectionConfiguration(leadership()));
        operator.register(reconciler);
        operator.start();
        var client = kubernetes.client();
        try {
            create(client, "p1", "hello");
            await().atMost(PATIENCE).until(() -> shown(client, "p1").equals("hello"));
            assertThat(text(client, "p1")).contains("hello");
            assertThat(page(client, "p1").getMetadata().getFinalizers()).hasSize(1);

            kubernetes.restart();
            edit(client, "p1", "changed");
            create(client, "p2", "second");
            await().atMost(PATIENCE).until(() -> shown(client, "p1").equals("changed"));
            await().atMost(PATIENCE).until(() -> text(client, "p1").equals(Optional.of("changed")));
            await().atMost(PATIENCE).until(() -> shown(client, "p2").equals("second"));
            assertThat(page(client, "p1").getStatus().times()).isEqualTo(2);

            kubernetes.restart();
            client.configMaps().inNamespace("default").withName("p1").delete();
            await().atMost(PATIENCE).until(() -> text(client, "p1").equals(Optional.of("changed")));

            staysQuiet(client, reconciler);

            client.resources(WebPage.class)
                    .inNamespace("default")
                    .withName("p1")
                    .delete();
            await().atMost(PATIENCE).until(() -> page(client, "p1") == null);
            await().atMost(PATIENCE).until(() -> text(client, "p1").isEmpty());
            assertThat(reconciler.cleaned).containsExactly("p1");
        } finally {
            operator.stop();
        }
    }

    /** Losing the lead on purpose, at the end, must not end the process of the tests. */
    private static LeaderElectionConfiguration leadership() {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration("pages")
                .withLeaseNamespace("default")
                .withIdentity("one")
                .withExitOnStopLeading(false)
                .build();
    }

    /** No update loop: versions and the number of reconciliations stand still. */
    private static void staysQuiet(KubernetesClient client, PageReconciler reconciler) {
        await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> {
            var before =
                    page(client, "p1").getMetadata().getResourceVersion() + map(client) + reconciler.reconciliations;
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(500).toNanos());
            return before.equals(
                    page(client, "p1").getMetadata().getResourceVersion() + map(client) + reconciler.reconciliations);
        });
    }

    private static String map(KubernetesClient client) {
        return "/"
                + client.configMaps()
                        .inNamespace("default")
                        .withName("p1")
                        .get()
                        .getMetadata()
                        .getResourceVersion()
                + "/";
    }

    private static void create(KubernetesClient client, String name, String text) {
        var page = new WebPage();
        page.setMetadata(
                new ObjectMetaBuilder().withName(name).withNamespace("default").build());
        page.setSpec(new WebPage.Spec(text));
        client.resource(page).create();
    }

    private static void edit(KubernetesClient client, String name, String text) {
        client.resources(WebPage.class).inNamespace("default").withName(name).edit(page -> {
            page.setSpec(new WebPage.Spec(text));
            return page;
        });
    }

    private static WebPage page(KubernetesClient client, String name) {
        return client.resources(WebPage.class)
                .inNamespace("default")
                .withName(name)
                .get();
    }

    private static String shown(KubernetesClient client, String name) {
        return Optional.ofNullable(page(client, name).getStatus())
                .map(WebPage.Status::shown)
                .orElse("");
    }

    private static Optional<String> text(KubernetesClient client, String name) {
        return Optional.ofNullable(client.configMaps()
                        .inNamespace("default")
                        .withName(name)
                        .get())
                .map(map -> map.getData().get("index.html"));
    }
}
