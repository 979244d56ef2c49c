package io.luban.embeddedkube.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSideApplyTest {
    private static final Instant T1 = Instant.parse("2026-01-01T00:00:01Z");
    private static final Instant T2 = Instant.parse("2026-01-01T00:00:02Z");

    @Test
    void follows_the_observed_config_map_story() {
        var created = apply(null, "m1", "{'data':{'k':'1','j':'1'}}");
        assertThat(created.at("/metadata/managedFields/0/operation").asText()).isEqualTo("Apply");
        assertThat(fields(created, 0)).isEqualTo(json("{'f:data':{'f:j':{},'f:k':{}}}"));

        assertThatThrownBy(() -> apply(created, "m2", "{'data':{'k':'2'}}"))
                .hasMessage("Apply failed with 1 conflict: conflict with \"m1\": .data.k")
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.code()).isEqualTo(409);
                    var cause = e.status().details().causes().getFirst();
                    assertThat(cause.reason()).isEqualTo("FieldManagerConflict");
                    assertThat(cause.message()).isEqualTo("conflict with \"m1\"");
                    assertThat(cause.field()).isEqualTo(".data.k");
                });

        var forced = force(created, "m2", "{'data':{'k':'2'}}");
        assertThat(fields(forced, 0)).isEqualTo(json("{'f:data':{'f:j':{}}}"));
        assertThat(fields(forced, 1)).isEqualTo(json("{'f:data':{'f:k':{}}}"));

        var dropped = apply(forced, "m1", "{'data':{}}");
        assertThat(dropped.get("data")).isEqualTo(json("{'k':'2'}"));
        assertThat(dropped.at("/metadata/managedFields").findValuesAsText("manager"))
                .containsExactlyInAnyOrder("m1", "m2");
        assertThat(apply(dropped, "m2", "{'data':{'k':'2'}}")).isEqualTo(dropped);
    }

    @Test
    void an_equal_value_is_owned_by_both() {
        var live = apply(null, "m1", "{'data':{'k':'1'}}");
        var both = apply(live, "m2", "{'data':{'k':'1'}}");
        assertThat(both.at("/metadata/managedFields")).hasSize(2);
        var left = apply(both, "m1", "{}");
        assertThat(left.at("/data/k").asText()).isEqualTo("1");
        assertThat(left.at("/metadata/managedFields")).hasSize(1);
        assertThat(apply(left, "m2", "{}").has("data")).isFalse();
    }

    @Test
    void several_conflicts_are_listed_by_owner() {
        var live = apply(null, "m1", "{'data':{'a':'1','b':'1'}}");
        var updated = live.deepCopy();
        updated.withObject("/data").put("c", "1");
        ManagedFields.recordUpdate(
                Optional.of(live), updated, new FieldManager("curl", "v1", ""), Schemas.CONFIG_MAP, T1);
        assertThatThrownBy(() -> apply(updated, "m2", "{'data':{'a':'2','b':'2','c':'2'}}"))
                .hasMessage("""
                        Apply failed with 3 conflicts: conflicts with "curl" using v1:
                        - .data.c
                        conflicts with "m1":
                        - .data.a
                        - .data.b""");
    }

    @Test
    void the_first_apply_on_an_object_without_ledger_owns_up_for_the_past() {
        var live = body("{'data':{'a':'1','b':'1'}}");
        assertThatThrownBy(() -> apply(live, "m", "{'data':{'a':'2'}}"))
                .hasMessage("Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.a");
        var merged = apply(live, "m", "{'data':{'a':'1'}}");
        assertThat(merged.at("/metadata/managedFields").findValuesAsText("manager"))
                .containsExactly("m", "before-first-apply");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                // two appliers, each with its body; then what both make of spec
                "{'containers':[{'name':'a'}]}|{'containers':[{'name':'b'}]}"
                        + "|{'containers':[{'name':'a'},{'name':'b'}]}",
                "{'containers':[{'name':'y','image':'1'},{'name':'z','image':'1'}]}"
                        + "|{'containers':[{'name':'z','args':['x']}]}"
                        + "|{'containers':[{'name':'y','image':'1'},{'name':'z','image':'1','args':['x']}]}",
                "{'containers':[{'name':'a'},{'name':'s'},{'name':'b'}]}|{'containers':[{'name':'b'},{'name':'a'}]}"
                        + "|{'containers':[{'name':'b'},{'name':'a'},{'name':'s'}]}",
                "{'containers':[{'name':'a','ports':[{'containerPort':80}]}]}|{'containers':[{'name':'a',"
                        + "'ports':[{'containerPort':80,'protocol':'TCP','name':'p'},{'containerPort':80,"
                        + "'protocol':'UDP'}]}]}|{'containers':[{'name':'a','ports':[{'containerPort':80,'name':'p',"
                        + "'protocol':'TCP'},{'containerPort':80,'protocol':'UDP'}]}]}",
                "{'free':{'x':{'y':1}}}|{'free':{'x':{'z':[1]}}}|{'free':{'x':{'y':1,'z':[1]}}}",
                "{'replicas':1}|{'replicas':1,'strategy':{}}|{'replicas':1,'strategy':{}}"
            })
    void merges_what_two_appliers_want(String first, String second, String result) {
        var live = deployment(null, "m1", first);
        assertThat(deployment(live, "m2", second).get("spec")).isEqualTo(json(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'replicas':2,'strategy':{'type':'R'}}|{'replicas':2}|{'replicas':2}",
                "{'containers':[{'name':'a'},{'name':'b','image':'i'}]}|{'containers':[{'name':'a'}]}"
                        + "|{'containers':[{'name':'a'}]}",
                "{'containers':[{'name':'a','image':'i','args':['1']}]}|{'containers':[{'name':'a','image':'i'}]}"
                        + "|{'containers':[{'name':'a','image':'i'}]}",
                "{'selector':{'matchLabels':{'a':'1','b':'1'}}}|{'selector':{'matchLabels':{'a':'1'}}}"
                        + "|{'selector':{'matchLabels':{'a':'1'}}}",
                "{'free':{'x':{'y':1,'z':1}},'replicas':1}|{'free':{'x':{'y':1}},'replicas':1}"
                        + "|{'free':{'x':{'y':1}},'replicas':1}"
            })
    void removes_what_only_the_applier_owned_and_no_longer_wants(String before, String after, String result) {
        var live = deployment(null, "m", before);
        assertThat(deployment(live, "m", after).get("spec")).isEqualTo(json(result));
    }

    @Test
    void a_removed_item_stays_while_somebody_owns_a_part_of_it() {
        var one = deployment(null, "m1", "{'containers':[{'name':'a','image':'i','args':['1']}]}");
        var two = deployment(one, "m2", "{'containers':[{'name':'a','image':'i'}]}");
        assertThat(deployment(two, "m1", "{'containers':[]}").get("spec"))
                .isEqualTo(json("{'containers':[{'name':'a','image':'i'}]}"));
    }

    @Test
    void a_struct_left_without_owned_fields_goes_with_its_defaults() {
        var live = deployment(null, "m", "{'replicas':1,'strategy':{'surge':1}}");
        live.withObject("/spec/strategy").put("type", "defaulted");
        assertThat(deployment(live, "m", "{'replicas':1}").get("spec")).isEqualTo(json("{'replicas':1}"));
    }

    @Test
    void server_owned_metadata_survives_nulls_in_manifests() {
        var live = apply(null, "m", "{'data':{'k':'1'}}");
        live.withObject("/metadata")
                .put("creationTimestamp", "2026-01-01T00:00:00Z")
                .put("uid", "u");
        var merged = apply(live, "m", "{'metadata':{'name':'c','creationTimestamp':null},'data':{'k':'1'}}");
        assertThat(merged).isEqualTo(live);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'spec':{'foo':1}}|failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.foo: "
                        + "field not declared in schema",
                "{'spec':{'replicas':'x'}}|.spec.replicas: expected numeric (int or float), got \"x\"",
                "{'spec':{'containers':{}}}|.spec.containers: expected list, got {}",
                "{'spec':[]}|.spec: expected map, got []",
                "{'spec':{'containers':[{'name':'X'},{'name':'X'}]}}|.spec.containers: duplicate entries for key "
                        + "[name=\"X\"]",
                "{'metadata':{'name':'d','finalizers':['a','a']}}|.metadata.finalizers: duplicate entries for key "
                        + "[=\"a\"]",
                "{'spec':{'containers':[{'image':'X'}]}}|omits key field \"name\"",
                "{'spec':{'foo':1,'bar':2}}|errors:",
                "{'apiVersion':'apps/v2'}|invalid object type: ",
                "{'kind':''}|invalid object type: the applied object has no kind",
                "{'metadata':{'managedFields':[{'manager':'x'}]}}|metadata.managedFields must be nil"
            })
    void refuses_bodies_that_do_not_fit_the_schema(String patch, String message) {
        var body = (ObjectNode) json("{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d'}}");
        body.setAll((ObjectNode) json(patch));
        assertThatThrownBy(() -> ServerSideApply.merge(
                        Optional.empty(), body, new FieldManager("m", "apps/v1", ""), false, Schemas.DEPLOYMENT, T1))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                .hasMessageContaining(message);
    }

    @Test
    void moving_from_client_side_apply_meets_no_conflict_with_ones_former_self() {
        var live = body("{'data':{'a':'1','other':'1'}}");
        live.withObject("/metadata/annotations")
                .put(LastApplied.ANNOTATION, "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"1\"}}");
        ManagedFields.recordUpdate(
                Optional.empty(),
                live,
                new FieldManager("kubectl-client-side-apply", "v1", ""),
                Schemas.CONFIG_MAP,
                T1);
        assertThatThrownBy(() -> apply(live, "someone", "{'data':{'a':'2'}}")).hasMessageContaining("conflict");
        assertThatThrownBy(() -> apply(live, "kubectl", "{'data':{'a':'2','other':'2'}}"))
                .hasMessageContaining("1 conflict")
                .hasMessageContaining(".data.other");
        var merged = apply(live, "kubectl", "{'data':{'a':'2'}}");
        assertThat(merged.at("/data/a").asText()).isEqualTo("2");
        assertThat(merged.path("metadata")
                        .path("annotations")
                        .path(LastApplied.ANNOTATION)
                        .asText())
                .contains("\"a\":\"2\"");
    }

    private static ObjectNode apply(@org.jspecify.annotations.Nullable ObjectNode live, String manager, String patch) {
        return merge(live, manager, false, body(patch), Schemas.CONFIG_MAP);
    }

    private static ObjectNode force(ObjectNode live, String manager, String patch) {
        return merge(live, manager, true, body(patch), Schemas.CONFIG_MAP);
    }

    private static ObjectNode deployment(
            @org.jspecify.annotations.Nullable ObjectNode live, String manager, String spec) {
        var body = (ObjectNode) json("{'apiVersion':'v1','kind':'Deployment','metadata':{'name':'d'}}");
        body.set("spec", json(spec));
        return merge(live, manager, false, body, Schemas.DEPLOYMENT);
    }

    private static ObjectNode merge(
            @org.jspecify.annotations.Nullable ObjectNode live,
            String manager,
            boolean force,
            ObjectNode body,
            Schema schema) {
        var before = live == null ? null : live.deepCopy();
        var result = ServerSideApply.merge(
                Optional.ofNullable(live),
                body,
                new FieldManager(manager, "v1", ""),
                force,
                schema,
                live == null ? T1 : T2);
        assertThat(live).as("the live object is not changed").isEqualTo(before);
        return result;
    }

    private static ObjectNode body(String patch) {
        var body = (ObjectNode) json("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c'}}");
        body.setAll((ObjectNode) json(patch));
        return body;
    }

    private static JsonNode fields(ObjectNode object, int entry) {
        return object.at("/metadata/managedFields/" + entry + "/fieldsV1");
    }

    private static JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }
}
