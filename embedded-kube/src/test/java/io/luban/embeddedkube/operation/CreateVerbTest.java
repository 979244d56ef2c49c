package io.luban.embeddedkube.operation;

import static io.luban.embeddedkube.operation.Workshop.CONFIG_MAPS;
import static io.luban.embeddedkube.operation.Workshop.DEPLOYMENTS;
import static io.luban.embeddedkube.operation.Workshop.NAMESPACES;
import static io.luban.embeddedkube.operation.Workshop.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.operation.Operations.Target;
import io.luban.embeddedkube.operation.WriteOptions.FieldValidation;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.model.ApiException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CreateVerbTest {
    private final Workshop workshop = new Workshop();

    @Test
    void the_server_decides_identity_and_times() {
        var object = workshop.create(
                CONFIG_MAPS,
                "{'metadata':{'name':'a','uid':'mine','creationTimestamp':'1999-01-01T00:00:00Z','selfLink':'x'}}");

        var metadata = object.path("metadata");
        assertThat(metadata.path("uid").asText()).hasSize(36);
        assertThat(metadata.path("creationTimestamp").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(metadata.path("namespace").asText()).isEqualTo("default");
        assertThat(metadata.path("resourceVersion").asLong()).isPositive();
        assertThat(metadata.has("selfLink")).isFalse();
        assertThat(object.path("kind").asText()).isEqualTo("ConfigMap");
    }

    @Test
    void status_of_the_client_is_dropped_and_generation_begins_at_one() {
        var object = workshop.create(DEPLOYMENTS, """
                {'metadata':{'name':'d'},'status':{'replicas':9},'spec':{'selector':{'matchLabels':{'a':'b'}},
                 'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}}""");

        assertThat(object.at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(object.at("/status/replicas").isMissingNode()).isTrue();
        assertThat(object.at("/spec/replicas").asInt()).isEqualTo(1);
    }

    @Test
    void a_second_object_of_that_name_is_a_conflict() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}");

        assertThatThrownBy(() -> workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(409))
                .hasMessage("configmaps \"a\" already exists");
    }

    @Test
    void whoever_comes_before_the_old_one_is_gone_is_told_so() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a','finalizers':['x.io/hold']}}");
        workshop.operations().delete(User.SYSTEM, CONFIG_MAPS, Target.of("default", "a"), DeleteOptions.BACKGROUND);

        assertThatThrownBy(() -> workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status().reason()).isEqualTo("AlreadyExists"))
                .hasMessage("object is being deleted: configmaps \"a\" already exists");
    }

    @Test
    void a_name_can_be_generated_and_its_prefix_is_cut() {
        var object = workshop.create(CONFIG_MAPS, "{'metadata':{'generateName':'" + "p".repeat(70) + "'}}");

        assertThat(object.at("/metadata/name").asText()).hasSize(63).startsWith("p".repeat(58));
        assertThat(object.at("/metadata/generateName").asText()).hasSize(70);
    }

    @Test
    void a_name_is_required() {
        assertThatThrownBy(() -> workshop.create(CONFIG_MAPS, "{'metadata':{}}"))
                .hasMessage(
                        "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required");
    }

    @Test
    void the_body_must_agree_with_the_url() {
        assertThatThrownBy(() -> workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a','namespace':'other'}}"))
                .hasMessage("the namespace of the provided object does not match the namespace sent on the request");
        assertThatThrownBy(() -> workshop.create(CONFIG_MAPS, "{'apiVersion':'v1','kind':'Secret'}"))
                .hasMessage("Secret in version \"v1\" cannot be handled as a ConfigMap: converting (v1.Secret) to"
                        + " (core.ConfigMap): unknown conversion");
        assertThatThrownBy(() -> workshop.create(CONFIG_MAPS, "{'apiVersion':'apps/v1','kind':'ConfigMap'}"))
                .hasMessage("the API version in the data (apps/v1) does not match the expected API version (v1)");
    }

    /** Charts write one into manifests of every kind. */
    @Test
    void a_namespace_where_there_is_none_does_not_count() {
        var object = workshop.create(NAMESPACES, "{'metadata':{'name':'a','namespace':'other'}}");

        assertThat(object.path("metadata").has("namespace")).isFalse();
    }

    @Test
    void a_resource_version_is_refused() {
        assertThatThrownBy(() -> workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a','resourceVersion':'7'}}"))
                .hasMessage("resourceVersion should not be set on objects to be created");
    }

    @Test
    void every_problem_of_the_metadata_is_reported_at_once() {
        assertThatThrownBy(
                        () -> workshop.create(
                                CONFIG_MAPS,
                                "{'metadata':{'name':'A','labels':{'bad key':'v'},'finalizers':['loose'],'ownerReferences':[{}]}}"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.status().details().causes())
                                .extracting(cause -> cause.field())
                                .containsExactlyInAnyOrder(
                                        "metadata.name",
                                        "metadata.labels",
                                        "metadata.ownerReferences[0].apiVersion",
                                        "metadata.ownerReferences[0].kind",
                                        "metadata.ownerReferences[0].name",
                                        "metadata.ownerReferences[0].uid",
                                        "metadata.finalizers[0]"));
    }

    @Test
    void content_needs_its_namespace() {
        assertThatThrownBy(() -> workshop.create(CONFIG_MAPS, "zzz", "{'metadata':{'name':'a'}}"))
                .hasMessage("namespaces \"zzz\" not found");
    }

    @Test
    void a_namespace_that_goes_takes_no_new_content() {
        workshop.create(NAMESPACES, "", "{'metadata':{'name':'going'}}");
        workshop.operations().delete(User.SYSTEM, NAMESPACES, Target.of("", "going"), DeleteOptions.BACKGROUND);

        assertThatThrownBy(() -> workshop.create(CONFIG_MAPS, "going", "{'metadata':{'name':'a'}}"))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.code()).isEqualTo(403);
                    assertThat(e.status().details().causes().getFirst().reason())
                            .isEqualTo("NamespaceTerminating");
                })
                .hasMessageContaining("because it is being terminated");
    }

    @Test
    void unknown_fields_are_dropped_with_a_warning_or_refused() {
        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'},'bogus':1}");
        assertThat(workshop.warnings).containsExactly("unknown field \"bogus\"");

        assertThatThrownBy(() -> workshop.operations()
                        .create(
                                User.SYSTEM,
                                CONFIG_MAPS,
                                "default",
                                json("{'metadata':{'name':'b'},'bogus':1}"),
                                workshop.options(FieldValidation.STRICT)))
                .hasMessage("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error:"
                        + " unknown field \"bogus\"");
    }

    @Test
    void a_dry_run_leaves_nothing_behind() {
        var options = new WriteOptions("t", FieldValidation.WARN, true, false, text -> {});
        var object = workshop.operations()
                .create(User.SYSTEM, CONFIG_MAPS, "default", json("{'metadata':{'name':'dry'}}"), options);

        assertThat(object.at("/metadata/uid").asText()).isNotEmpty();
        assertThat(object.at("/metadata/resourceVersion").isMissingNode()).isTrue();
        assertThat(workshop.store.get(new ObjectKey(CONFIG_MAPS.storage(), "default", "dry")))
                .isEmpty();
    }

    @Test
    void admission_may_change_and_then_refuse() {
        workshop.admission.add(new AdmissionPlugin() {
            @Override
            public void mutate(AdmissionRequest request) {
                request.object().withObjectProperty("data").put("added", "yes");
            }

            @Override
            public void validate(AdmissionRequest request) {
                if (request.name().equals("refused")) {
                    throw ApiException.badRequest("not this one");
                }
            }
        });

        assertThat(workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}")
                        .at("/data/added")
                        .asText())
                .isEqualTo("yes");
        assertThatThrownBy(() -> workshop.create(CONFIG_MAPS, "{'metadata':{'name':'refused'}}"))
                .hasMessage("not this one");
    }

    @Test
    void what_accompanies_an_object_is_written_with_it() {
        var key = new ObjectKey(CONFIG_MAPS.storage(), "default", "companion");
        workshop.participants.add(new CommitParticipant() {
            @Override
            public List<Change> accompany(PendingWrite write) {
                return List.of(new Change.Put(
                        key,
                        Change.ABSENT,
                        json("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'companion','uid':'u'}}")));
            }
        });

        workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'}}");

        assertThat(workshop.store.get(key)).isPresent();
    }

    @Test
    void the_creator_owns_the_fields() {
        var object = workshop.create(CONFIG_MAPS, "{'metadata':{'name':'a'},'data':{'k':'v'}}");

        var entry = object.at("/metadata/managedFields/0");
        assertThat(entry.path("manager").asText()).isEqualTo("tester");
        assertThat(entry.path("operation").asText()).isEqualTo("Update");
        assertThat(entry.at("/fieldsV1/f:data/f:k").isObject()).isTrue();
    }
}
