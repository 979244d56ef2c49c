package io.luban.embeddedkube.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No controller runs here: what a role takes in is there as soon as the write is answered. */
class ClusterRoleAggregationTest {
    private static final String ROLES = "clusterroles.rbac.authorization.k8s.io";
    private static final String RULE = "{'apiGroups': ['w.example.com'], 'resources': ['widgets'], 'verbs': ['%s']}";

    private final TestCluster cluster = new TestCluster();

    ClusterRoleAggregationTest() {
        cluster.with(new ClusterRoleAggregation(cluster.store()));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void create(String name, String labels, String content) {
        cluster.create("""
                {'apiVersion': 'rbac.authorization.k8s.io/v1', 'kind': 'ClusterRole', 'metadata': {'name': '%s',
                 'labels': {%s}}, %s}""".formatted(name, labels, content));
    }

    private void change(String name, Consumer<ObjectNode> change) {
        cluster.cluster().modify(Cluster.key(TestCluster.resource(ROLES), cluster.get(ROLES, "", name)), "", role -> {
            change.accept(role);
            return role;
        });
    }

    private static JsonNode rule(String verb) {
        return Json.parse(RULE.formatted(verb).replace('\'', '"'));
    }

    /** Which of the roles hold the rule. */
    private List<String> holders(String verb, String... roles) {
        return Stream.of(roles)
                .filter(role -> {
                    for (var found : cluster.get(ROLES, "", role).path("rules")) {
                        if (found.equals(rule(verb))) {
                            return true;
                        }
                    }
                    return false;
                })
                .toList();
    }

    @Test
    void a_labelled_role_reaches_those_that_take_it_in_and_those_above_them() {
        int before = cluster.get(ROLES, "", "view").path("rules").size();

        create(
                "viewer",
                "'rbac.authorization.k8s.io/aggregate-to-view': 'true'",
                "'rules': [" + RULE.formatted("get") + "]");
        create(
                "editor",
                "'rbac.authorization.k8s.io/aggregate-to-edit': 'true'",
                "'rules': [" + RULE.formatted("update") + "]");
        create("nobody", "'other': 'true'", "'rules': [" + RULE.formatted("delete") + "]");

        assertThat(holders("get", "view", "edit", "admin")).containsExactly("view", "edit", "admin");
        assertThat(holders("update", "view", "edit", "admin")).containsExactly("edit", "admin");
        assertThat(holders("delete", "view", "edit", "admin")).isEmpty();
        assertThat(cluster.get(ROLES, "", "view").path("rules")).hasSize(before + 1);
    }

    @Test
    void rules_follow_the_role_that_they_came_from() {
        create(
                "viewer",
                "'rbac.authorization.k8s.io/aggregate-to-view': 'true'",
                "'rules': [" + RULE.formatted("get") + "]");

        change("viewer", role -> role.putArray("rules").add(rule("list")));
        assertThat(holders("get", "view", "admin")).isEmpty();
        assertThat(holders("list", "view", "admin")).containsExactly("view", "admin");

        change("viewer", role -> Trees.ensure(role, "metadata").remove("labels"));
        assertThat(holders("list", "view", "edit", "admin")).isEmpty();

        change(
                "viewer",
                role -> Trees.ensure(role, "metadata", "labels")
                        .put("rbac.authorization.k8s.io/aggregate-to-view", "true"));
        assertThat(holders("list", "view")).containsExactly("view");

        cluster.delete(ROLES, "", "viewer", "Background");
        assertThat(holders("list", "view", "edit", "admin")).isEmpty();
    }

    @Test
    void a_new_role_takes_in_what_is_there_and_keeps_no_rules_of_its_own() {
        create("part", "'sum': 'yes'", "'rules': [" + RULE.formatted("get") + "]");

        create("sum", "", """
                'aggregationRule': {'clusterRoleSelectors': [{'matchLabels': {'sum': 'yes'}}]}, 'rules': [%s]""".formatted(RULE.formatted("delete")));
        assertThat(cluster.get(ROLES, "", "sum").path("rules")).containsExactly(rule("get"));

        change("sum", role -> role.putArray("rules").add(rule("delete")));
        assertThat(cluster.get(ROLES, "", "sum").path("rules")).containsExactly(rule("get"));
    }

    @Test
    void rights_change_with_the_commit() {
        try (var authorizer = RbacAuthorizer.open(cluster.store())) {
            cluster.create("""
                    {'apiVersion': 'rbac.authorization.k8s.io/v1', 'kind': 'ClusterRoleBinding', 'metadata': {'name': 'b'},
                     'roleRef': {'apiGroup': 'rbac.authorization.k8s.io', 'kind': 'ClusterRole', 'name': 'admin'},
                     'subjects': [{'kind': 'User', 'name': 'joe'}]}""");
            create(
                    "viewer",
                    "'rbac.authorization.k8s.io/aggregate-to-view': 'true'",
                    "'rules': [" + RULE.formatted("get") + "]");

            var joe = new User("joe", "", List.of(), Map.of());
            var question = new AccessRequest(joe, "get", "w.example.com", "v1", "widgets", "", "default", "w", "");
            assertThat(authorizer.decide(question).allowed()).isTrue();
        }
    }
}
