package io.luban.embeddedkube.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What programs do with the fabric8 client beyond plain reads and writes. */
@EmbeddedKubernetes
@SuppressWarnings("NullAway.Init")
class ClientOperationsIT {
    private KubernetesClient client;

    @Test
    void a_deployment_is_ready_scaled_and_restarted() {
        var web = client.resource(deployment("web"));
        web.create();
        web.waitUntilCondition(found -> ready(found) == 2, 60, TimeUnit.SECONDS);

        var named = client.apps().deployments().inNamespace("default").withName("web");
        named.scale(3);
        web.waitUntilCondition(found -> ready(found) == 3, 60, TimeUnit.SECONDS);
        named.rolling().restart();

        assertThat(named.get().getSpec().getTemplate().getMetadata().getAnnotations())
                .containsKey("kubectl.kubernetes.io/restartedAt");
    }

    @Test
    void an_edit_a_patch_and_an_apply_change_what_they_say() {
        var map = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("changed")
                .withNamespace("default")
                .endMetadata()
                .withData(Map.of("applied", "1"))
                .build();
        var resource = client.resource(map);
        resource.serverSideApply();
        resource.edit(
                found -> new ConfigMapBuilder(found).addToData("edited", "1").build());
        client.configMaps()
                .inNamespace("default")
                .withName("changed")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"patched\":\"1\"}}");
        var before = resource.get().getMetadata().getResourceVersion();

        var after = resource.serverSideApply();

        assertThat(after.getData()).containsOnlyKeys("applied", "edited", "patched");
        assertThat(after.getMetadata().getResourceVersion()).isEqualTo(before);
    }

    private static int ready(Deployment deployment) {
        var status = deployment == null ? null : deployment.getStatus();
        var ready = status == null ? null : status.getReadyReplicas();
        return ready == null ? 0 : ready;
    }

    private static Deployment deployment(String name) {
        var labels = Map.of("app", name);
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withReplicas(2)
                .withNewSelector()
                .withMatchLabels(labels)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("example.com/main:1")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
