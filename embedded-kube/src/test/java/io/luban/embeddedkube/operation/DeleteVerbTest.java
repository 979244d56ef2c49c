package io.luban.embeddedkube.operation;

import static io.luban.embeddedkube.operation.Workshop.CONFIG_MAPS;
import static io.luban.embeddedkube.operation.Workshop.DEPLOYMENTS;
import static io.luban.embeddedkube.operation.Workshop.NAMESPACES;
import static io.luban.embeddedkube.operation.Workshop.PODS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.operation.Operations.Deletion;
import io.luban.embeddedkube.operation.Operations.Target;
import io.luban.embeddedkube.operation.WriteOptions.FieldValidation;
import io.luban.embeddedkube.registry.ResourceType;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeleteVerbTest {
    private final Workshop workshop = new Workshop();

    @Test
    void an_object_that_nothing_holds_is_gone_at_once() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}");

        assertThat(delete(CONFIG_MAPS, "a", DeleteOptions.BACKGROUND).gone()).isTrue();
        assertThatThrownBy(() -> delete(CONFIG_MAPS, "a", DeleteOptions.BACKGROUND))
                .hasMessage("configmaps \"a\" not found");
    }

    @Test
    void a_finalizer_keeps_an_object_that_is_only_marked() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a','finalizers':['x.io/hold']}}");

        var first = delete(CONFIG_MAPS, "a", DeleteOptions.BACKGROUND);
        var second = delete(CONFIG_MAPS, "a", DeleteOptions.BACKGROUND);

        assertThat(first.gone()).isFalse();
        assertThat(first.object().at("/metadata/deletionTimestamp").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(first.object().at("/metadata/deletionGracePeriodSeconds").asInt(-1))
                .isZero();
        assertThat(second.object().at("/metadata/resourceVersion"))
                .isEqualTo(first.object().at("/metadata/resourceVersion"));
    }

    @Test
    void the_generation_moves_when_the_deletion_begins_and_only_then() {
        workshop.create(DEPLOYMENTS, """
                {'metadata':{'name':'d','finalizers':['x.io/hold']},'spec':{'selector':{'matchLabels':{'a':'b'}},
                 'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}}""");

        var first = delete(DEPLOYMENTS, "d", DeleteOptions.BACKGROUND);
        var second = delete(DEPLOYMENTS, "d", policy("Foreground"));

        assertThat(first.object().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(second.object().at("/metadata/finalizers")).hasSize(2);
        assertThat(second.object().at("/metadata/generation").asInt()).isEqualTo(2);
    }

    @Test
    void the_policy_is_kept_as_a_finalizer() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}");

        assertThat(delete(CONFIG_MAPS, "a", policy("Foreground"))
                        .object()
                        .at("/metadata/finalizers/0")
                        .asText())
                .isEqualTo("foregroundDeletion");
        assertThat(delete(CONFIG_MAPS, "a", policy("Orphan"))
                        .object()
                        .at("/metadata/finalizers/0")
                        .asText())
                .isEqualTo("orphan");
    }

    @Test
    void preconditions_must_hold() {
        var object = workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}");
        var uid = object.at("/metadata/uid").asText();

        assertThatThrownBy(() -> delete(CONFIG_MAPS, "a", preconditions(Optional.of("zzz"), Optional.empty())))
                .hasMessageContaining("the UID in the precondition (zzz) does not match the UID in record (" + uid);
        assertThatThrownBy(() -> delete(CONFIG_MAPS, "a", preconditions(Optional.empty(), Optional.of("0"))))
                .hasMessageContaining("the ResourceVersion in the precondition (0) does not match");
        assertThat(delete(CONFIG_MAPS, "a", preconditions(Optional.of(uid), Optional.empty()))
                        .gone())
                .isTrue();
    }

    @Test
    void a_dry_run_leaves_the_object_alone() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}");
        var dry = new DeleteOptions(Optional.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty(), true);

        delete(CONFIG_MAPS, "a", dry);

        assertThat(delete(CONFIG_MAPS, "a", DeleteOptions.BACKGROUND).gone()).isTrue();
    }

    @Test
    void a_scheduled_pod_gets_its_grace_period_once() {
        workshop.create(
                PODS, "{'metadata':{'name':'p'},'spec':{'nodeName':'n','containers':[{'name':'c','image':'i'}]}}");

        var soon = new DeleteOptions(Optional.empty(), OptionalLong.of(-1), Optional.empty(), Optional.empty(), true);

        assertThat(delete(PODS, "p", soon)
                        .object()
                        .at("/metadata/deletionGracePeriodSeconds")
                        .asInt())
                .isEqualTo(1);
        var gentle = delete(PODS, "p", policy("Background"));
        var now = delete(
                PODS,
                "p",
                new DeleteOptions(Optional.empty(), OptionalLong.of(0), Optional.empty(), Optional.empty(), false));

        assertThat(gentle.object().at("/metadata/deletionGracePeriodSeconds").asInt())
                .isEqualTo(30);
        assertThat(gentle.object().at("/metadata/deletionTimestamp").asText()).isEqualTo("2026-01-02T03:04:35Z");
        assertThat(now.gone()).isTrue();
    }

    @Test
    void a_namespace_terminates_until_it_is_finalized() {
        workshop.create(NAMESPACES, "", "{'metadata':{'name':'n'}}");

        var deletion =
                workshop.operations().delete(User.SYSTEM, NAMESPACES, Target.of("", "n"), DeleteOptions.BACKGROUND);
        assertThat(deletion.object().at("/status/phase").asText()).isEqualTo("Terminating");

        workshop.operations()
                .modify(
                        User.SYSTEM,
                        NAMESPACES,
                        new Target("", "n", "finalize"),
                        object -> {
                            object.withObjectProperty("spec").remove("finalizers");
                            return object;
                        },
                        workshop.options(FieldValidation.WARN));
        assertThatThrownBy(() -> workshop.operations()
                        .delete(User.SYSTEM, NAMESPACES, Target.of("", "n"), DeleteOptions.BACKGROUND))
                .hasMessage("namespaces \"n\" not found");
    }

    @Test
    void some_namespaces_stay() {
        assertThatThrownBy(() -> workshop.operations()
                        .delete(User.SYSTEM, NAMESPACES, Target.of("", "default"), DeleteOptions.BACKGROUND))
                .hasMessage("namespaces \"default\" is forbidden: this namespace may not be deleted");
    }

    private Deletion delete(ResourceType type, String name, DeleteOptions options) {
        return workshop.operations().delete(User.SYSTEM, type, Target.of("default", name), options);
    }

    private static DeleteOptions policy(String policy) {
        return new DeleteOptions(Optional.of(policy), OptionalLong.empty(), Optional.empty(), Optional.empty(), false);
    }

    private static DeleteOptions preconditions(Optional<String> uid, Optional<String> version) {
        return new DeleteOptions(Optional.empty(), OptionalLong.empty(), uid, version, false);
    }
}
