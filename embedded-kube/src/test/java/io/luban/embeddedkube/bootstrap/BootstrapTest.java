package io.luban.embeddedkube.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.memory.MemoryStore;
import io.luban.embeddedkube.rbac.RbacAuthorizer;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Ids;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootstrapTest {
    private static final String RBAC = "rbac.authorization.k8s.io";

    private final MemoryStore store = new MemoryStore();
    private final Bootstrap bootstrap = new Bootstrap(
            store,
            EmbeddedKubeConfig.of(Path.of("unused")),
            "-----BEGIN CERTIFICATE-----",
            new NewObjects(Ids.random(), Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC)));

    private static ObjectKey key(String group, String plural, String namespace, String name) {
        return new ObjectKey(new GroupResource(group, plural), namespace, name);
    }

    @Test
    void every_system_namespace_has_its_account_and_root_certificate() {
        bootstrap.run();

        for (var namespace : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            assertThat(store.get(key("", "namespaces", "", namespace))).isPresent();
            assertThat(store.get(key("", "serviceaccounts", namespace, "default")))
                    .isPresent();
            assertThat(store.get(key("", "configmaps", namespace, "kube-root-ca.crt")))
                    .isPresent();
        }
        var namespace =
                store.get(key("", "namespaces", "", "default")).orElseThrow().tree();
        assertThat(Trees.text(namespace, "status", "phase")).isEqualTo("Active");
        assertThat(Trees.text(namespace, "metadata", "creationTimestamp")).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(Trees.uid(namespace)).hasSize(36);
    }

    @Test
    void a_second_start_changes_nothing() {
        bootstrap.run();
        bootstrap.advertise(6443);
        long before = store.revision();

        bootstrap.run();
        bootstrap.advertise(6443);

        assertThat(store.revision()).isEqualTo(before);
    }

    @Test
    void the_own_service_leads_to_the_port_of_this_start() {
        bootstrap.run();
        bootstrap.advertise(6443);

        bootstrap.advertise(7443);

        var service = store.get(key("", "services", "default", "kubernetes"))
                .orElseThrow()
                .tree();
        assertThat(Trees.text(service, "spec", "clusterIP")).isEqualTo("10.96.0.1");
        assertThat(service.at("/spec/ports/0/targetPort").asInt()).isEqualTo(7443);
        var slice = store.get(key("discovery.k8s.io", "endpointslices", "default", "kubernetes"))
                .orElseThrow()
                .tree();
        assertThat(slice.at("/ports/0/port").asInt()).isEqualTo(7443);
    }

    @Test
    void missing_rules_of_a_bootstrap_role_come_back_and_added_ones_stay() {
        bootstrap.run();
        var key = key(RBAC, "clusterroles", "", "system:basic-user");
        var role = store.get(key).orElseThrow().tree();
        var rules = Trees.ensureArray(role, "rules");
        rules.remove(0);
        rules.addObject().put("verbs", "mine");
        store.commit(List.of(new Change.Put(key, Change.ANY, role)));

        bootstrap.run();

        assertThat(store.get(key).orElseThrow().tree().path("rules")).hasSize(3);
    }

    @Test
    void a_role_that_opted_out_is_left_alone() {
        bootstrap.run();
        var key = key(RBAC, "clusterroles", "", "system:basic-user");
        var role = store.get(key).orElseThrow().tree();
        Trees.ensure(role, "metadata", "annotations").put("rbac.authorization.kubernetes.io/autoupdate", "false");
        Trees.ensureArray(role, "rules").removeAll();
        store.commit(List.of(new Change.Put(key, Change.ANY, role)));

        bootstrap.run();

        assertThat(store.get(key).orElseThrow().tree().path("rules")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "view, list, '', pods, true",
        "view, get, '', secrets, false",
        "view, create, '', pods, false",
        "edit, create, apps, deployments, true",
        "edit, get, '', secrets, true",
        "edit, create, rbac.authorization.k8s.io, roles, false",
        "admin, create, rbac.authorization.k8s.io, roles, true",
        "admin, list, networking.k8s.io, ingresses, true",
        "admin, update, '', resourcequotas, false",
        "cluster-admin, delete, any.io, things, true",
    })
    void the_user_facing_roles_contain_each_other(
            String role, String verb, String group, String resource, boolean allowed) {
        bootstrap.run();
        var binding = Draft.of(RBAC + "/v1", "RoleBinding", "a", "b")
                .with("roleRef", "{'kind': 'ClusterRole', 'name': '" + role + "'}")
                .with("subjects", "[{'kind': 'User', 'name': 'joe'}]")
                .json();
        store.commit(List.of(new Change.Put(key(RBAC, "rolebindings", "a", "b"), Change.ABSENT, binding)));
        var joe = new User("joe", "", List.of(), Map.of());

        try (var authorizer = RbacAuthorizer.open(store)) {
            var request = new AccessRequest(joe, verb, group, "v1", resource, "", "a", "", "");
            assertThat(authorizer.decide(request).allowed()).isEqualTo(allowed);
        }
    }
}
