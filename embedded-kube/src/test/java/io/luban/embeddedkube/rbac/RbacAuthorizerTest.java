package io.luban.embeddedkube.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.memory.MemoryStore;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RbacAuthorizerTest {
    private static final User JOE = new User("joe", "", List.of("dev", "system:authenticated"), Map.of());

    private final MemoryStore store = new MemoryStore();
    private RbacAuthorizer authorizer;

    @BeforeEach
    void open() {
        authorizer = RbacAuthorizer.open(store);
    }

    @AfterEach
    void close() {
        authorizer.close();
        store.close();
    }

    private void put(String plural, String namespace, String name, String content) {
        var object = (ObjectNode) Json.parse(content.replace('\'', '"'));
        object.withObjectProperty("metadata").put("name", name);
        store.commit(List.of(new Change.Put(key(plural, namespace, name), Change.ANY, object)));
    }

    private static ObjectKey key(String plural, String namespace, String name) {
        return new ObjectKey(new GroupResource("rbac.authorization.k8s.io", plural), namespace, name);
    }

    private void bind(String plural, String namespace, String roleKind, String role, String subject) {
        put(plural, namespace, "b-" + role, """
                {'roleRef': {'kind': '%s', 'name': '%s'}, 'subjects': [%s]}""".formatted(roleKind, role, subject));
    }

    private static AccessRequest resource(
            User user, String verb, String group, String resource, String namespace, String name) {
        int slash = resource.indexOf('/');
        return new AccessRequest(
                user,
                verb,
                group,
                "v1",
                slash < 0 ? resource : resource.substring(0, slash),
                slash < 0 ? "" : resource.substring(slash + 1),
                namespace,
                name,
                "");
    }

    private boolean isAllowed(String verb, String group, String resource, String namespace, String name) {
        return authorizer
                .decide(resource(JOE, verb, group, resource, namespace, name))
                .allowed();
    }

    @Test
    void members_of_the_masters_may_do_everything() {
        var master = new User("root", "", List.of("system:masters"), Map.of());

        assertThat(authorizer
                        .decide(resource(master, "delete", "", "nodes", "", "n"))
                        .allowed())
                .isTrue();
        assertThat(isAllowed("delete", "", "nodes", "", "n")).isFalse();
    }

    @Test
    void a_role_binding_gives_its_rules_in_its_namespace_only() {
        put("roles", "a", "r", "{'rules': [{'apiGroups': [''], 'resources': ['configmaps'], 'verbs': ['get']}]}");
        bind("rolebindings", "a", "Role", "r", "{'kind': 'User', 'name': 'joe'}");

        assertThat(isAllowed("get", "", "configmaps", "a", "x")).isTrue();
        assertThat(isAllowed("get", "", "configmaps", "b", "x")).isFalse();
        assertThat(isAllowed("get", "", "configmaps", "", "x")).isFalse();
        assertThat(isAllowed("list", "", "configmaps", "a", "")).isFalse();
    }

    @Test
    void the_reason_names_binding_role_and_subject() {
        put("clusterroles", "", "r", "{'rules': [{'apiGroups': ['*'], 'resources': ['*'], 'verbs': ['*']}]}");
        bind("clusterrolebindings", "", "ClusterRole", "r", "{'kind': 'Group', 'name': 'dev'}");

        assertThat(authorizer.decide(resource(JOE, "get", "", "pods", "a", "p")).reason())
                .isEqualTo("RBAC: allowed by ClusterRoleBinding \"b-r\" of ClusterRole \"r\" to Group \"dev\"");
    }

    @Test
    void changes_take_effect_at_once() {
        bind("clusterrolebindings", "", "ClusterRole", "r", "{'kind': 'Group', 'name': 'dev'}");
        assertThat(isAllowed("get", "", "pods", "a", "")).isFalse();

        put("clusterroles", "", "r", "{'rules': [{'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get']}]}");
        assertThat(isAllowed("get", "", "pods", "a", "")).isTrue();

        put("clusterroles", "", "r", "{'rules': [{'apiGroups': [''], 'resources': ['pods'], 'verbs': ['list']}]}");
        assertThat(isAllowed("get", "", "pods", "a", "")).isFalse();
        assertThat(isAllowed("list", "", "pods", "a", "")).isTrue();

        store.commit(List.of(new Change.Delete(key("clusterrolebindings", "", "b-r"), Change.ANY)));
        assertThat(isAllowed("list", "", "pods", "a", "")).isFalse();
    }

    @Test
    void a_binding_that_changes_its_subjects_forgets_the_old_ones() {
        put("clusterroles", "", "r", "{'rules': [{'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get']}]}");
        bind("clusterrolebindings", "", "ClusterRole", "r", "{'kind': 'User', 'name': 'joe'}");
        assertThat(isAllowed("get", "", "pods", "a", "")).isTrue();

        bind("clusterrolebindings", "", "ClusterRole", "r", "{'kind': 'User', 'name': 'jim'}");

        assertThat(isAllowed("get", "", "pods", "a", "")).isFalse();
    }

    @Test
    void a_second_authorizer_reads_what_is_already_stored() {
        put("clusterroles", "", "r", "{'rules': [{'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get']}]}");
        bind("clusterrolebindings", "", "ClusterRole", "r", "{'kind': 'User', 'name': 'joe'}");

        try (var late = RbacAuthorizer.open(store)) {
            assertThat(late.decide(resource(JOE, "get", "", "pods", "a", "")).allowed())
                    .isTrue();
        }
    }

    @Test
    void a_service_account_is_known_by_its_user_name() {
        put("clusterroles", "", "r", "{'rules': [{'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get']}]}");
        bind(
                "rolebindings",
                "a",
                "ClusterRole",
                "r",
                "{'kind': 'ServiceAccount', 'name': 'robot', 'namespace': 'other'}");
        var robot = new User("system:serviceaccount:other:robot", "", List.of(), Map.of());

        assertThat(authorizer
                        .decide(resource(robot, "get", "", "pods", "a", ""))
                        .allowed())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "get, apps, deployments, x, true",
        "get, apps, deployments/scale, x, true",
        "get, apps, deployments/status, x, false",
        "get, batch, jobs/status, x, true",
        "get, batch, jobs, x, false",
        "update, '', configmaps, one, true",
        "update, '', configmaps, two, false",
        "create, '', configmaps, '', false",
        "watch, any.io, things, '', true",
        "watch, any.io, things/deep, '', true",
    })
    void wildcards_subresources_and_names_match_as_documented(
            String verb, String group, String resource, String name, boolean allowed) {
        put("clusterroles", "", "r", """
                {'rules': [
                  {'apiGroups': ['apps'], 'resources': ['deployments', 'deployments/scale'], 'verbs': ['get']},
                  {'apiGroups': ['batch'], 'resources': ['*/status'], 'verbs': ['*']},
                  {'apiGroups': [''], 'resources': ['configmaps'], 'resourceNames': ['one'], 'verbs': ['update', 'create']},
                  {'apiGroups': ['any.io'], 'resources': ['*'], 'verbs': ['watch']}]}""");
        bind("clusterrolebindings", "", "ClusterRole", "r", "{'kind': 'User', 'name': 'joe'}");

        assertThat(isAllowed(verb, group, resource, "a", name)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"/healthz, true", "/api, false", "/api/v1, true", "/apix, false"})
    void paths_match_exactly_or_by_prefix(String path, boolean allowed) {
        put("clusterroles", "", "r", "{'rules': [{'nonResourceURLs': ['/healthz', '/api/*'], 'verbs': ['get']}]}");
        bind("clusterrolebindings", "", "ClusterRole", "r", "{'kind': 'User', 'name': 'joe'}");
        var request = new AccessRequest(JOE, "get", "", "", "", "", "", "", path);

        assertThat(authorizer.decide(request).allowed()).isEqualTo(allowed);
    }
}
