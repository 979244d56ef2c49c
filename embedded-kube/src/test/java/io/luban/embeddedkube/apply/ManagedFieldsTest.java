package io.luban.embeddedkube.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.model.Json;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ManagedFieldsTest {
    private static final Instant T1 = Instant.parse("2026-01-01T00:00:01.5Z");
    private static final Instant T2 = Instant.parse("2026-01-01T00:00:02Z");
    private static final String CONFIG_MAP =
            "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c','labels':{'l':'1'}},'data':{'a':'1','b':'2'}}";

    @Test
    void a_creation_owns_every_field_and_new_containers_but_not_identity() {
        var object = created(CONFIG_MAP, "curl");
        assertThat(object.at("/metadata/managedFields")).isEqualTo(json("""
                [{"manager":"curl","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:01Z",
                  "fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:a":{},"f:b":{}},
                  "f:metadata":{"f:labels":{".":{},"f:l":{}}}}}]"""));
    }

    @Test
    void lists_are_owned_by_item_and_atomic_parts_as_a_whole() {
        var object = created(
                "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'finalizers':['x/y'],'ownerReferences':"
                        + "[{'uid':'u','name':'n'}]},'spec':{'replicas':1,'selector':{'matchLabels':{'a':'b'}},"
                        + "'containers':[{'name':'c\\\"','args':['1'],'ports':[{'containerPort':80}]}],'free':{'x':[1]}}}",
                Schemas.DEPLOYMENT);
        assertThat(fields(object, 0)).isEqualTo(json("""
                {"f:metadata":{"f:finalizers":{".":{},"v:\\"x/y\\"":{}},"f:ownerReferences":{".":{},"k:{\\"uid\\":\\"u\\"}":{}}},
                 "f:spec":{"f:containers":{".":{},"k:{\\"name\\":\\"c\\\\\\"\\"}":{".":{},"f:name":{},"f:args":{},"f:ports":{".":{},
                   "k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{}}}}},
                   "f:free":{".":{},"f:x":{}},"f:replicas":{},"f:selector":{}}}"""));
    }

    @Test
    void a_change_moves_ownership_to_its_writer() {
        var live = created(CONFIG_MAP, "curl");
        var updated = live.deepCopy();
        updated.withObject("/data").put("a", "changed").put("c", "new");
        record(live, updated, "edit");
        assertThat(updated.at("/metadata/managedFields")).hasSize(2);
        assertThat(fields(updated, 0))
                .isEqualTo(json("{'f:data':{'.':{},'f:b':{}},'f:metadata':{'f:labels':{'.':{},'f:l':{}}}}"));
        assertThat(fields(updated, 1)).isEqualTo(json("{'f:data':{'f:a':{},'f:c':{}}}"));
        assertThat(updated.at("/metadata/managedFields/0/time").asText()).isEqualTo("2026-01-01T00:00:01Z");
        assertThat(updated.at("/metadata/managedFields/1/time").asText()).isEqualTo("2026-01-01T00:00:02Z");
    }

    @Test
    void a_removal_drops_the_fields_and_keeps_the_time() {
        var live = created(CONFIG_MAP, "curl");
        var updated = live.deepCopy();
        updated.remove("data");
        record(live, updated, "edit");
        assertThat(updated.at("/metadata/managedFields")).hasSize(1);
        assertThat(fields(updated, 0)).isEqualTo(json("{'f:metadata':{'f:labels':{'.':{},'f:l':{}}}}"));
        assertThat(updated.at("/metadata/managedFields/0/time").asText()).isEqualTo("2026-01-01T00:00:01Z");
    }

    @Test
    void a_write_without_change_leaves_the_ledger_as_it_is() {
        var live = created(CONFIG_MAP, "curl");
        var updated = ((ObjectNode) json(CONFIG_MAP));
        record(live, updated, "other");
        assertThat(updated).isEqualTo(live);
    }

    @Test
    void a_put_without_ledger_keeps_the_stored_one_and_an_empty_one_erases_it() {
        var live = created(CONFIG_MAP, "curl");
        var put = (ObjectNode) json(CONFIG_MAP.replace("'1'", "'9'"));
        record(live, put, "put");
        assertThat(put.at("/metadata/managedFields")).hasSize(2);
        for (var reset : new String[] {"[]", "[{}]"}) {
            var erased = live.deepCopy();
            erased.withObject("/metadata").set("managedFields", json(reset));
            record(live, erased, "put");
            assertThat(erased.path("metadata").has("managedFields")).isFalse();
        }
    }

    @Test
    void a_ledger_given_by_the_request_counts_except_through_a_subresource() {
        var live = created(CONFIG_MAP, "curl");
        var migrated = live.deepCopy();
        ((ObjectNode) migrated.at("/metadata/managedFields/0")).put("manager", "renamed");
        var viaStatus = migrated.deepCopy();
        record(live, migrated, "kubectl");
        assertThat(migrated.at("/metadata/managedFields/0/manager").asText()).isEqualTo("renamed");
        ManagedFields.recordUpdate(
                Optional.of(live), viaStatus, new FieldManager("x", "v1", "status"), Schemas.CONFIG_MAP, T2);
        assertThat(viaStatus.at("/metadata/managedFields/0/manager").asText()).isEqualTo("curl");
    }

    @Test
    void an_object_without_ledger_gets_none_by_updates() {
        var updated = (ObjectNode) json(CONFIG_MAP.replace("'1'", "'9'"));
        record((ObjectNode) json(CONFIG_MAP), updated, "edit");
        assertThat(updated.path("metadata").has("managedFields")).isFalse();
    }

    @Test
    void subresource_writes_have_entries_of_their_own() {
        var live = created(CONFIG_MAP, "curl");
        var updated = live.deepCopy();
        updated.withObject("/data").put("a", "x");
        ManagedFields.recordUpdate(
                Optional.of(live), updated, new FieldManager("curl", "v1", "status"), Schemas.CONFIG_MAP, T2);
        assertThat(updated.at("/metadata/managedFields/1/subresource").asText()).isEqualTo("status");
        assertThat(fields(updated, 1)).isEqualTo(json("{'f:data':{'f:a':{}}}"));
    }

    @Test
    void more_than_ten_updaters_are_joined_oldest_first() {
        var object = created(CONFIG_MAP, "m0");
        for (int i = 1; i < 14; i++) {
            var next = object.deepCopy();
            next.withObject("/data").put("k" + i, "v");
            ManagedFields.recordUpdate(
                    Optional.of(object),
                    next,
                    new FieldManager("m" + i, "v1", ""),
                    Schemas.CONFIG_MAP,
                    T2.plusSeconds(i));
            object = next;
        }
        var managers = object.at("/metadata/managedFields").findValuesAsText("manager");
        assertThat(managers)
                .hasSize(10)
                .contains("ancient-changes", "m13", "m5")
                .doesNotContain("m0", "m1", "m4");
        assertThat(Json.text(object.at("/metadata/managedFields"))).contains("f:k1\"", "f:a\"", "f:k4\"");
    }

    @Test
    void times_alone_make_no_change() {
        var live = created(CONFIG_MAP, "curl");
        var same = live.deepCopy();
        ((ObjectNode) same.at("/metadata/managedFields/0")).put("time", "2027-01-01T00:00:00Z");
        var changed = same.deepCopy();
        changed.withObject("/data").put("a", "x");
        var otherwise = changed.deepCopy();
        ManagedFields.keepTimesOfUnchanged(live, same);
        ManagedFields.keepTimesOfUnchanged(live, changed);
        assertThat(same).isEqualTo(live);
        assertThat(changed).isEqualTo(otherwise);
    }

    private static ObjectNode created(String text, String manager) {
        var object = (ObjectNode) json(text);
        ManagedFields.recordUpdate(
                Optional.empty(), object, new FieldManager(manager, "v1", ""), Schemas.CONFIG_MAP, T1);
        return object;
    }

    private static ObjectNode created(String text, Schema schema) {
        var object = (ObjectNode) json(text);
        ManagedFields.recordUpdate(Optional.empty(), object, new FieldManager("curl", "v1", ""), schema, T1);
        return object;
    }

    private static void record(ObjectNode live, ObjectNode updated, String manager) {
        ManagedFields.recordUpdate(
                Optional.of(live), updated, new FieldManager(manager, "v1", ""), Schemas.CONFIG_MAP, T2);
    }

    private static JsonNode fields(ObjectNode object, int entry) {
        return object.at("/metadata/managedFields/" + entry + "/fieldsV1");
    }

    private static JsonNode json(String text) {
        return Json.parse(text.startsWith("{'") ? text.replace('\'', '"') : text);
    }
}
