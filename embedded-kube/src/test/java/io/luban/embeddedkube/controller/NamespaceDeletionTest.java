package io.luban.embeddedkube.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamespaceDeletionTest {
    private final TestCluster cluster = new TestCluster();

    NamespaceDeletionTest() {
        cluster.running(NamespaceDeletion::new, all -> new NamespaceContentKeeper(all, cluster.content()));
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': 'dev'},
                 'spec': {'finalizers': ['kubernetes']}}""");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void createConfigMap(String name, String finalizer) {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': '%s', 'namespace': 'dev',
                 'finalizers': [%s]}}""".formatted(name, finalizer));
    }

    @Test
    void a_new_namespace_has_its_account_and_root_certificate_at_once() {
        assertThat(cluster.find("serviceaccounts", "dev", "default")).isPresent();
        assertThat(cluster.find("configmaps", "dev", "kube-root-ca.crt")).isPresent();
    }

    @Test
    void a_deleted_account_comes_back() {
        cluster.delete("serviceaccounts", "dev", "default", "Background");

        await().until(() -> cluster.find("serviceaccounts", "dev", "default").isPresent());
    }

    @Test
    void a_namespace_goes_with_all_its_content() {
        createConfigMap("a", "");
        createConfigMap("b", "");

        cluster.delete("namespaces", "", "dev", "Background");

        await().until(() -> cluster.find("namespaces", "", "dev").isEmpty());
        assertThat(cluster.list("configmaps", "dev")).isEmpty();
        assertThat(cluster.list("serviceaccounts", "dev")).isEmpty();
    }

    @Test
    void a_server_that_does_not_answer_is_named_but_holds_nothing_up() {
        cluster.create("""
                {'apiVersion': 'apiregistration.k8s.io/v1', 'kind': 'APIService', 'metadata': {'name': 'v1.x.io'},
                 'spec': {'group': 'x.io', 'version': 'v1', 'groupPriorityMinimum': 1, 'versionPriority': 1,
                  'service': {'namespace': 'default', 'name': 'gone'}}}""");
        createConfigMap("held", "'x.io/f'");

        cluster.delete("namespaces", "", "dev", "Background");

        await().until(() ->
                Conditions.isTrue(cluster.get("namespaces", "", "dev"), "NamespaceDeletionDiscoveryFailure"));
        assertThat(cluster.get("namespaces", "", "dev").path("status").toString())
                .contains("Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server"
                        + " APIs: x.io/v1: stale GroupVersion discovery: x.io/v1");
        release("held");
        await().until(() -> cluster.find("namespaces", "", "dev").isEmpty());
    }

    @Test
    void a_held_object_holds_the_namespace_which_says_so() {
        createConfigMap("held", "'x.io/f'");

        cluster.delete("namespaces", "", "dev", "Background");

        await().until(() -> Conditions.isTrue(cluster.get("namespaces", "", "dev"), "NamespaceFinalizersRemaining"));
        var messages = cluster.get("namespaces", "", "dev").path("status").toString();
        assertThat(messages)
                .contains("Some resources are remaining: configmaps. has 1 resource instances")
                .contains("Some content in the namespace has finalizers remaining: x.io/f in 1 resource instances");
        assertThatThrownBy(() -> createConfigMap("late", ""))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("being terminated");

        release("held");

        await().until(() -> cluster.find("namespaces", "", "dev").isEmpty());
    }

    private void release(String name) {
        var held = cluster.get("configmaps", "dev", name);
        cluster.cluster().modify(Cluster.key(TestCluster.resource("configmaps"), held), "", live -> {
            Trees.ensure(live, "metadata").remove("finalizers");
            return live;
        });
    }
}
