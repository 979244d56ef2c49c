package io.luban.embeddedkube.rbac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.operation.Operations.Target;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody hands out more than they hold. */
class EscalationGuardTest {
    private static final User JOE = new User("joe", "", List.of("dev", "system:authenticated"), Map.of());
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final TestCluster cluster = new TestCluster();
    private final RbacAuthorizer authorizer = RbacAuthorizer.open(cluster.store());

    @BeforeEach
    void grantSomething() {
        cluster.with(new EscalationGuard(authorizer)).with(new ClusterRoleAggregation(cluster.store()));
        grant("ClusterRole", "everywhere", """
                {'apiGroups': [''], 'resources': ['configmaps'], 'resourceNames': ['a', 'b'], 'verbs': ['get', 'update']},
                {'apiGroups': ['apps'], 'resources': ['*'], 'verbs': ['get', 'list']},
                {'nonResourceURLs': ['/metrics', '/logs/*'], 'verbs': ['get']}""");
        grant("Role", "here", "{'apiGroups': [''], 'resources': ['pods', 'pods/log'], 'verbs': ['get', 'list']}");
    }

    @AfterEach
    void close() {
        authorizer.close();
        cluster.close();
    }

    /** Gives rules to the group of the caller, by a role of that kind. */
    private void grant(String kind, String name, String rules) {
        cluster.create(role(kind, name, rules));
        cluster.create(binding(kind + "Binding", kind, name, "{'kind': 'Group', 'name': 'dev'}"));
    }

    private static String role(String kind, String name, String rules) {
        return "{'apiVersion': '%s/v1', 'kind': '%s', 'metadata': {'name': '%s'%s}, 'rules': [%s]}"
                .formatted(GROUP, kind, name, kind.equals("Role") ? ", 'namespace': 'default'" : "", rules);
    }

    private static String binding(String kind, String roleKind, String role, String subjects) {
        return """
                {'apiVersion': '%s/v1', 'kind': '%s', 'metadata': {'name': 'to-%s'%s}, 'subjects': [%s],
                 'roleRef': {'apiGroup': '%s', 'kind': '%s', 'name': '%s'}}""".formatted(
                        GROUP,
                        kind,
                        role,
                        kind.equals("RoleBinding") ? ", 'namespace': 'default'" : "",
                        subjects,
                        GROUP,
                        roleKind,
                        role);
    }

    private ObjectNode createAsJoe(String json) {
        var object = (ObjectNode) Json.parse(json.replace('\'', '"'));
        var type = type(Trees.text(object, "kind").toLowerCase(Locale.ROOT) + "s");
        return cluster.cluster()
                .operations()
                .create(JOE, type, Trees.namespace(object), object, WriteOptions.of("test"));
    }

    private void changeAsJoe(String plural, String name, Consumer<ObjectNode> change) {
        var target = Target.of(type(plural).namespaced() ? "default" : "", name);
        cluster.cluster()
                .operations()
                .modify(
                        JOE,
                        type(plural),
                        target,
                        object -> {
                            change.accept(object);
                            return object;
                        },
                        WriteOptions.of("test"));
    }

    private static ResourceType type(String plural) {
        return TestCluster.registry().find(GROUP, "v1", plural).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Role        | {'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get']}
            Role        | {'apiGroups': [''], 'resources': ['pods/log', 'pods'], 'verbs': ['list', 'get']}
            Role        | {'apiGroups': [''], 'resources': ['pods'], 'resourceNames': ['p'], 'verbs': ['get']}
            Role        | {'apiGroups': [''], 'resources': ['configmaps'], 'resourceNames': ['b'], 'verbs': ['update']}
            Role        | {'apiGroups': ['apps'], 'resources': ['deployments'], 'verbs': ['list']}
            ClusterRole | {'apiGroups': ['apps'], 'resources': ['*'], 'verbs': ['list']}
            ClusterRole | {'nonResourceURLs': ['/metrics', '/logs/kernel', '/logs/*'], 'verbs': ['get']}
            """)
    void what_one_holds_may_be_handed_on(String kind, String rules) {
        assertThat(Trees.name(createAsJoe(role(kind, "part", rules)))).isEqualTo("part");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Role        | {'apiGroups': [''], 'resources': ['pods'], 'verbs': ['delete']}
            Role        | {'apiGroups': [''], 'resources': ['pods'], 'verbs': ['*']}
            Role        | {'apiGroups': [''], 'resources': ['pods/exec'], 'verbs': ['get']}
            Role        | {'apiGroups': [''], 'resources': ['pods/*'], 'verbs': ['get']}
            Role        | {'apiGroups': [''], 'resources': ['*'], 'verbs': ['get']}
            Role        | {'apiGroups': ['batch'], 'resources': ['pods'], 'verbs': ['get']}
            Role        | {'apiGroups': ['*'], 'resources': ['pods'], 'verbs': ['get']}
            Role        | {'apiGroups': [''], 'resources': ['configmaps'], 'verbs': ['get']}
            Role        | {'apiGroups': [''], 'resources': ['configmaps'], 'resourceNames': ['a', 'c'], 'verbs': ['get']}
            ClusterRole | {'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get']}
            ClusterRole | {'nonResourceURLs': ['/debug'], 'verbs': ['get']}
            ClusterRole | {'nonResourceURLs': ['*'], 'verbs': ['get']}
            ClusterRole | {'nonResourceURLs': ['/metrics'], 'verbs': ['post']}
            """)
    void what_one_does_not_hold_is_refused(String kind, String rules) {
        assertThatThrownBy(() -> createAsJoe(role(kind, "more", rules)))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("\"more\" is forbidden: user \"joe\" (groups=[\"dev\" \"system:authenticated\"])"
                        + " is attempting to grant RBAC permissions not currently held:\n{")
                .extracting(failure -> ((ApiException) failure).code())
                .isEqualTo(403);
    }

    @Test
    void the_refusal_shows_what_is_missing() {
        var rules = """
                {'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get']},
                {'apiGroups': ['', 'apps'], 'resources': ['secrets'], 'resourceNames': ['s'], 'verbs': ['get', 'watch']}""";

        assertThatThrownBy(() -> createAsJoe(role("Role", "r", rules)))
                .hasMessage("roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"joe\" (groups=[\"dev\""
                        + " \"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
                        + "{APIGroups:[\"\" \"apps\"], Resources:[\"secrets\"], ResourceNames:[\"s\"],"
                        + " Verbs:[\"get\" \"watch\"]}");
    }

    @Test
    void who_may_escalate_writes_any_rule_into_the_roles_that_this_names() {
        grant("Role", "escalator", """
                {'apiGroups': ['%s'], 'resources': ['roles'], 'resourceNames': ['mine'], 'verbs': ['escalate']}""".formatted(GROUP));
        var everything = "{'apiGroups': ['*'], 'resources': ['*'], 'verbs': ['*']}";

        assertThatCode(() -> createAsJoe(role("Role", "mine", everything))).doesNotThrowAnyException();
        assertThatThrownBy(() -> createAsJoe(role("Role", "yours", everything))).hasMessageContaining("not currently");
        assertThatThrownBy(() -> createAsJoe(role("ClusterRole", "mine", everything)))
                .hasMessageContaining("not currently");
    }

    @Test
    void a_role_keeps_rules_that_one_does_not_hold_while_others_come_in() {
        cluster.create(role("Role", "strong", "{'apiGroups': [''], 'resources': ['secrets'], 'verbs': ['get']}"));

        changeAsJoe(
                "roles",
                "strong",
                role -> Trees.ensure(role, "metadata", "labels").put("a", "b"));

        assertThat(cluster.get("roles." + GROUP, "default", "strong")
                        .at("/metadata/labels/a")
                        .asText())
                .isEqualTo("b");
        assertThatThrownBy(() -> changeAsJoe(
                        "roles",
                        "strong",
                        role -> ((ObjectNode) role.at("/rules/0"))
                                .putArray("verbs")
                                .add("get")
                                .add("list")))
                .hasMessageContaining("not currently held");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Role", "ClusterRole"})
    void a_binding_hands_on_only_what_its_maker_holds(String kind) {
        cluster.create(role(kind, "strong", "{'apiGroups': [''], 'resources': ['secrets'], 'verbs': ['get']}"));
        cluster.create(role(kind, "weak", "{'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get']}"));

        assertThatThrownBy(() -> createAsJoe(binding("RoleBinding", kind, "strong", "{'kind': 'User', 'name': 'eve'}")))
                .hasMessageContaining("rolebindings.rbac.authorization.k8s.io \"to-strong\" is forbidden: user \"joe\"")
                .hasMessageEndingWith("{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}");
        assertThatCode(() -> createAsJoe(binding("RoleBinding", kind, "weak", "{'kind': 'User', 'name': 'eve'}")))
                .doesNotThrowAnyException();
    }

    @Test
    void rights_in_a_namespace_are_not_handed_out_everywhere() {
        cluster.create(role("ClusterRole", "weak", "{'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get']}"));

        assertThatThrownBy(() -> createAsJoe(
                        binding("ClusterRoleBinding", "ClusterRole", "weak", "{'kind': 'User', 'name': 'eve'}")))
                .hasMessageContaining("not currently held");
    }

    @Test
    void who_may_bind_a_role_binds_that_one() {
        grant("Role", "binder", """
                {'apiGroups': ['%s'], 'resources': ['clusterroles'], 'resourceNames': ['admin'], 'verbs': ['bind']}""".formatted(GROUP));

        assertThatCode(() -> createAsJoe(binding("RoleBinding", "ClusterRole", "admin", "")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> createAsJoe(binding("RoleBinding", "ClusterRole", "cluster-admin", "")))
                .hasMessageContaining("not currently held");
    }

    @Test
    void a_binding_takes_in_nobody_else_without_the_rights_but_labels() {
        cluster.create(role("Role", "strong", "{'apiGroups': [''], 'resources': ['secrets'], 'verbs': ['get']}"));
        cluster.create(binding("RoleBinding", "Role", "strong", "{'kind': 'User', 'name': 'ann'}"));

        changeAsJoe(
                "rolebindings",
                "to-strong",
                it -> Trees.ensure(it, "metadata", "labels").put("a", "b"));

        assertThatThrownBy(() -> changeAsJoe(
                        "rolebindings", "to-strong", it -> ((ObjectNode) it.at("/subjects/0")).put("name", "joe")))
                .hasMessageContaining("not currently held");
    }

    @Test
    void a_role_that_is_not_there_yet_is_not_bound_by_those_who_may_not_bind_it() {
        assertThatThrownBy(
                        () -> createAsJoe(binding("RoleBinding", "Role", "later", "{'kind': 'User', 'name': 'joe'}")))
                .hasMessage("roles.rbac.authorization.k8s.io \"later\" not found")
                .extracting(failure -> ((ApiException) failure).code())
                .isEqualTo(404);
    }

    @Test
    void roles_that_take_in_others_are_for_those_who_may_do_everything() {
        var aggregated = """
                {'apiVersion': '%s/v1', 'kind': 'ClusterRole', 'metadata': {'name': 'sum'},
                 'aggregationRule': {'clusterRoleSelectors': [{'matchLabels': {'sum': 'yes'}}]}}""".formatted(GROUP);
        assertThatThrownBy(() -> createAsJoe(aggregated))
                .hasMessage("clusterroles.rbac.authorization.k8s.io \"sum\" is forbidden:"
                        + " must have cluster-admin privileges to use the aggregationRule");

        cluster.create(
                binding("ClusterRoleBinding", "ClusterRole", "cluster-admin", "{'kind': 'Group', 'name': 'dev'}"));

        assertThatCode(() -> createAsJoe(aggregated)).doesNotThrowAnyException();
    }
}
