package io.luban.embeddedkube.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.tree.Trees;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GarbageCollectorTest {
    private final TestCluster cluster = new TestCluster().running(GarbageCollector::new);

    @AfterEach
    void close() {
        cluster.close();
    }

    private ObjectNode create(String namespace, String name, ObjectNode... owners) {
        var references = new StringBuilder();
        for (var owner : owners) {
            references.append(references.isEmpty() ? "" : ",").append(reference(owner));
        }
        return cluster.create("""
                {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {
                  'name': '%s', 'namespace': '%s', 'ownerReferences': [%s]}}""".formatted(name, namespace, references));
    }

    private static String reference(ObjectNode owner) {
        return """
                {'apiVersion': 'v1', 'kind': 'ConfigMap', 'name': '%s', 'uid': '%s', 'blockOwnerDeletion': true}""".formatted(Trees.name(owner), Trees.uid(owner));
    }

    private boolean exists(String name) {
        return cluster.find("configmaps", "default", name).isPresent();
    }

    private void awaitGone(String name) {
        await().atMost(Duration.ofSeconds(30)).until(() -> !exists(name));
    }

    @Test
    void dependents_go_after_their_owner() {
        var parent = create("default", "parent");
        var child = create("default", "child", parent);
        create("default", "grandchild", child);

        cluster.delete("configmaps", "default", "parent", "Background");

        awaitGone("child");
        awaitGone("grandchild");
    }

    @Test
    void a_dependent_with_another_owner_only_loses_the_reference() {
        var one = create("default", "one");
        var two = create("default", "two");
        create("default", "child", one, two);

        cluster.delete("configmaps", "default", "one", "Background");

        await().until(() -> Ownership.references(cluster.get("configmaps", "default", "child"))
                        .size()
                == 1);
        assertThat(exists("child")).isTrue();
    }

    @Test
    void foreground_deletion_takes_the_dependents_first() {
        var parent = create("default", "parent");
        var child = create("default", "child", parent);
        create("default", "grandchild", child);

        cluster.delete("configmaps", "default", "parent", "Foreground");

        awaitGone("parent");
        assertThat(exists("child")).isFalse();
        assertThat(exists("grandchild")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void foreground_deletion_waits_for_those_dependents_that_block_it(boolean blocks) {
        var parent = create("default", "parent");
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'held', 'namespace': 'default',
                 'finalizers': ['x.io/hold'], 'ownerReferences': [%s]}}""".formatted(
                        reference(parent).replace("'blockOwnerDeletion': true", "'blockOwnerDeletion': " + blocks)));

        cluster.delete("configmaps", "default", "parent", "Foreground");

        await().until(() -> Trees.isTerminating(cluster.get("configmaps", "default", "held")));
        if (blocks) {
            assertThat(exists("parent")).isTrue();
            release("held");
        }
        awaitGone("parent");
        assertThat(exists("held")).isEqualTo(!blocks);
    }

    private void release(String name) {
        var held = cluster.get("configmaps", "default", name);
        cluster.cluster().modify(Cluster.key(TestCluster.resource("configmaps"), held), "", live -> {
            Trees.ensure(live, "metadata").remove("finalizers");
            return live;
        });
    }

    @Test
    void an_object_outside_of_namespaces_is_left_alone_by_an_owner_within_one() {
        var owner = create("default", "owner");
        cluster.create("""
                {'apiVersion': 'rbac.authorization.k8s.io/v1', 'kind': 'ClusterRole', 'metadata': {'name': 'r',
                 'ownerReferences': [%s]}, 'rules': []}""".formatted(reference(owner)));
        create("default", "later", owner);

        cluster.delete("configmaps", "default", "owner", "Foreground");

        awaitGone("owner");
        awaitGone("later");
        assertThat(cluster.find("clusterroles.rbac.authorization.k8s.io", "", "r"))
                .isPresent();
    }

    @Test
    void an_owner_of_another_namespace_is_told_about() {
        try (var told = new TestCluster()) {
            var recorder = EventRecorder.start(told.cluster());
            told.running(it -> new GarbageCollector(it, Optional.of(recorder.as("gc"))));
            var foreign = told.create(
                    "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'f', 'namespace': 'kube-system'}}");

            told.create("""
                    {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'child', 'namespace': 'default',
                     'ownerReferences': [%s]}}""".formatted(reference(foreign)));

            await().untilAsserted(() -> assertThat(told.list("events", "default"))
                    .anySatisfy(event -> {
                        assertThat(Trees.text(event, "reason")).isEqualTo("OwnerRefInvalidNamespace");
                        assertThat(Trees.text(event, "involvedObject", "name")).isEqualTo("child");
                        assertThat(Trees.text(event, "message")).contains("does not exist in namespace \"default\"");
                    }));
            recorder.close();
        }
    }

    @Test
    void orphaned_dependents_stay_without_the_reference() {
        var parent = create("default", "parent");
        create("default", "child", parent);

        cluster.delete("configmaps", "default", "parent", "Orphan");

        awaitGone("parent");
        assertThat(Ownership.references(cluster.get("configmaps", "default", "child")))
                .isEmpty();
    }

    @Test
    void an_owner_of_another_namespace_counts_as_absent() {
        var foreign = create("kube-system", "foreign");

        create("default", "child", foreign);

        awaitGone("child");
    }

    @Test
    void an_owner_that_was_replaced_by_another_of_its_name_counts_as_absent() {
        var parent = create("default", "parent");
        cluster.delete("configmaps", "default", "parent", "Background");
        create("default", "parent");

        create("default", "child", parent);

        awaitGone("child");
        assertThat(exists("parent")).isTrue();
    }

    @Test
    void a_circle_without_an_owner_outside_is_collected() {
        var root = create("default", "root");
        var one = create("default", "one", root);
        var two = create("default", "two", one);
        cluster.cluster().modify(Cluster.key(TestCluster.resource("configmaps"), one), "", live -> {
            var reference = Ownership.references(two).get(0).deepCopy();
            Trees.ensureArray(Trees.ensure(live, "metadata"), "ownerReferences").add(reference);
            ((ObjectNode) Ownership.references(live).get(1)).put("name", "two").put("uid", Trees.uid(two));
            return live;
        });

        cluster.delete("configmaps", "default", "root", "Background");

        awaitGone("one");
        awaitGone("two");
    }
}
