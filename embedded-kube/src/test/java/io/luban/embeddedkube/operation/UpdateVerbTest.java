package io.luban.embeddedkube.operation;

import static io.luban.embeddedkube.operation.Workshop.CONFIG_MAPS;
import static io.luban.embeddedkube.operation.Workshop.DEPLOYMENTS;
import static io.luban.embeddedkube.operation.Workshop.LEASES;
import static io.luban.embeddedkube.operation.Workshop.NAMESPACES;
import static io.luban.embeddedkube.operation.Workshop.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.operation.Operations.Target;
import io.luban.embeddedkube.operation.WriteOptions.FieldValidation;
import io.luban.model.ApiException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class UpdateVerbTest {
    private static final String DEPLOYMENT = """
            {'metadata':{'name':'d'},'spec':{'replicas':2,'selector':{'matchLabels':{'a':'b'}},
             'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}}""";

    private final Workshop workshop = new Workshop();

    @Test
    void a_write_that_changes_nothing_keeps_the_version() {
        var created = workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'},'data':{'k':'v'}}");

        var updated = workshop.update(CONFIG_MAPS, "a", "{'metadata':{'name':'a'},'data':{'k':'v'}}");

        assertThat(updated.at("/metadata/resourceVersion")).isEqualTo(created.at("/metadata/resourceVersion"));
    }

    @Test
    void a_stale_version_is_a_conflict() {
        var created = workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}");
        workshop.update(CONFIG_MAPS, "a", "{'metadata':{'name':'a'},'data':{'k':'1'}}");

        var stale = created.deepCopy();
        stale.putObject("data").put("k", "2");
        assertThatThrownBy(() -> workshop.operations()
                        .update(
                                User.SYSTEM,
                                CONFIG_MAPS,
                                Target.of("default", "a"),
                                stale,
                                workshop.options(FieldValidation.WARN)))
                .hasMessage("Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please"
                        + " apply your changes to the latest version and try again");
    }

    @Test
    void another_uid_is_a_conflict() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}");

        assertThatThrownBy(() -> workshop.update(CONFIG_MAPS, "a", "{'metadata':{'name':'a','uid':'zzz'}}"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(409))
                .hasMessageContaining("Precondition failed: UID in precondition: zzz");
    }

    @Test
    void the_name_must_be_that_of_the_url() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}");

        assertThatThrownBy(() -> workshop.update(CONFIG_MAPS, "a", "{'metadata':{'name':'b'}}"))
                .hasMessage("the name of the object (b) does not match the name on the URL (a)");
        assertThatThrownBy(() -> workshop.update(CONFIG_MAPS, "a", "{'metadata':{}}"))
                .hasMessageContaining("(a based on URL) was undeterminable");
    }

    @Test
    void a_missing_object_is_created_only_where_the_kind_allows_it() {
        assertThatThrownBy(() -> workshop.update(CONFIG_MAPS, "a", "{'metadata':{'name':'a'}}"))
                .hasMessage("configmaps \"a\" not found");

        assertThat(workshop.update(LEASES, "l", "{'metadata':{'name':'l'},'spec':{'holderIdentity':'me'}}")
                        .at("/metadata/uid")
                        .asText())
                .isNotEmpty();
    }

    @Test
    void only_the_specification_raises_the_generation() {
        workshop.create(DEPLOYMENTS, DEPLOYMENT);

        var labelled = modify("d", "", object -> {
            Metadata.of(object).node().putObject("labels").put("x", "y");
            return object;
        });
        assertThat(labelled.at("/metadata/generation").asInt()).isEqualTo(1);

        var scaled = modify("d", "", object -> {
            object.withObjectProperty("spec").put("replicas", 3);
            return object;
        });
        assertThat(scaled.at("/metadata/generation").asInt()).isEqualTo(2);
    }

    @Test
    void status_is_written_through_its_subresource_only() {
        workshop.create(DEPLOYMENTS, DEPLOYMENT);
        UnaryOperator<ObjectNode> both = object -> {
            object.withObjectProperty("status").put("replicas", 7);
            object.withObjectProperty("spec").put("replicas", 7);
            return object;
        };

        assertThat(modify("d", "", both).at("/status/replicas").isMissingNode()).isTrue();
        modify("d", "", object -> {
            object.withObjectProperty("spec").put("replicas", 2);
            return object;
        });
        var written = modify("d", "status", both);

        assertThat(written.at("/status/replicas").asInt()).isEqualTo(7);
        assertThat(written.at("/spec/replicas").asInt()).isEqualTo(2);
    }

    @Test
    void replicas_are_written_through_the_scale() {
        workshop.create(DEPLOYMENTS, DEPLOYMENT);

        var scale = modify("d", "scale", object -> {
            object.withObjectProperty("spec").put("replicas", 5);
            return object;
        });

        assertThat(scale.path("kind").asText()).isEqualTo("Scale");
        assertThat(scale.at("/spec/replicas").asInt()).isEqualTo(5);
        assertThat(scale.at("/status/selector").asText()).isEqualTo("a=b");
        assertThatThrownBy(() -> modify("d", "scale", object -> {
                    object.withObjectProperty("spec").put("replicas", -1);
                    return object;
                }))
                .hasMessage("Scale.autoscaling \"d\" is invalid: spec.replicas: Invalid value: -1: must be greater than"
                        + " or equal to 0");
    }

    @Test
    void the_last_finalizer_takes_a_deleted_object_along() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'f','finalizers':['x.io/hold']}}");
        workshop.operations().delete(User.SYSTEM, CONFIG_MAPS, Target.of("default", "f"), DeleteOptions.BACKGROUND);

        workshop.update(CONFIG_MAPS, "f", "{'metadata':{'name':'f'}}");

        assertThatThrownBy(() -> workshop.update(CONFIG_MAPS, "f", "{'metadata':{'name':'f'}}"))
                .hasMessage("configmaps \"f\" not found");
    }

    @Test
    void an_object_that_goes_takes_no_new_finalizers() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'f','finalizers':['x.io/hold']}}");
        workshop.operations().delete(User.SYSTEM, CONFIG_MAPS, Target.of("default", "f"), DeleteOptions.BACKGROUND);

        assertThatThrownBy(() -> workshop.update(
                        CONFIG_MAPS, "f", "{'metadata':{'name':'f','finalizers':['x.io/hold','x.io/more']}}"))
                .hasMessageContaining("found new finalizers []string{\"x.io/more\"}");
    }

    @Test
    void a_patch_that_lost_a_race_is_repeated() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'},'data':{'n':'0'}}");
        var attempts = new AtomicInteger();

        var result = workshop.operations()
                .modify(
                        User.SYSTEM,
                        CONFIG_MAPS,
                        Target.of("default", "a"),
                        object -> {
                            if (attempts.incrementAndGet() == 1) {
                                workshop.update(CONFIG_MAPS, "a", "{'metadata':{'name':'a'},'data':{'n':'1'}}");
                            }
                            object.withObjectProperty("data").put("mine", "yes");
                            return object;
                        },
                        workshop.options(FieldValidation.WARN));

        assertThat(attempts).hasValue(2);
        assertThat(result.at("/data/n").asText()).isEqualTo("1");
    }

    @Test
    void an_apply_creates_then_conflicts_with_others_unless_forced() {
        var target = Target.of("default", "s");
        var options = new WriteOptions("m1", FieldValidation.WARN, false, false, text -> {});
        var body = "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'s'},'data':{'k':'%s'}}";
        var operations = workshop.operations();
        operations.apply(User.SYSTEM, CONFIG_MAPS, target, json(body.formatted("1")), options);

        var other = new WriteOptions("m2", FieldValidation.WARN, false, false, text -> {});
        assertThatThrownBy(() -> operations.apply(User.SYSTEM, CONFIG_MAPS, target, json(body.formatted("2")), other))
                .hasMessage("Apply failed with 1 conflict: conflict with \"m1\": .data.k");
        var forced = new WriteOptions("m2", FieldValidation.WARN, false, true, text -> {});
        assertThat(operations
                        .apply(User.SYSTEM, CONFIG_MAPS, target, json(body.formatted("2")), forced)
                        .at("/data/k")
                        .asText())
                .isEqualTo("2");
    }

    @Test
    void a_namespace_loses_its_finalizer_only_by_finalize() {
        var target = new Target("", "default", "");
        var operations = workshop.operations();
        UnaryOperator<ObjectNode> release = object -> {
            object.withObjectProperty("spec").remove("finalizers");
            return object;
        };

        var kept = operations.modify(User.SYSTEM, NAMESPACES, target, release, WriteOptions.of("t"));
        var released = operations.modify(
                User.SYSTEM, NAMESPACES, new Target("", "default", "finalize"), release, WriteOptions.of("t"));

        assertThat(kept.at("/spec/finalizers/0").asText()).isEqualTo("kubernetes");
        assertThat(released.at("/spec/finalizers").isMissingNode()).isTrue();
    }

    private ObjectNode modify(String name, String subresource, UnaryOperator<ObjectNode> change) {
        return workshop.operations()
                .modify(
                        User.SYSTEM,
                        DEPLOYMENTS,
                        new Target("default", name, subresource),
                        change,
                        workshop.options(FieldValidation.WARN));
    }
}
