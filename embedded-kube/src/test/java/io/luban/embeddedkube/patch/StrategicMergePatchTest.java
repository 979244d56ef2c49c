package io.luban.embeddedkube.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.Field;
import io.luban.embeddedkube.schema.Schema.ListType;
import io.luban.embeddedkube.schema.Schema.PatchStrategy;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategicMergePatchTest {
    private static final PatchStrategy BY_NAME = new PatchStrategy(true, false, false, "name");
    private static final Schema CONTAINER = struct(
            field("env", list(Schema.ANY, "name"), BY_NAME),
            field("ports", list(Schema.ANY, "containerPort"), new PatchStrategy(true, false, false, "containerPort")));
    private static final Schema POD = struct(
            field("containers", list(CONTAINER, "name"), BY_NAME),
            field("finalizers", list(Schema.ANY, ""), new PatchStrategy(true, false, false, "")),
            field("selector", struct(), new PatchStrategy(false, true, false, "")),
            field("strategy", struct(), new PatchStrategy(false, false, true, "")),
            field("args", list(Schema.ANY, ""), PatchStrategy.DEFAULT));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'m':{'a':1,'b':2}}|{'m':{'a':null,'c':3}}|{'m':{'b':2,'c':3}}",
                "{'m':{'a':1}}|{'m':{'$patch':'replace','c':3}}|{'m':{'c':3}}",
                "{'m':{'a':1}}|{'m':{'$patch':'delete'}}|{'m':{}}",
                "{'m':{'a':1}}|{'m':{'$patch':'merge','b':1}}|{'m':{'a':1,'b':1}}",
                "{}|{'m':{'x':{'$patch':'replace','c':3,'d':null}}}|{'m':{'x':{'c':3}}}",
                "{'strategy':{'type':'R','rollingUpdate':{'x':1}}}|{'strategy':{'$retainKeys':['type'],'type':'S'}}"
                        + "|{'strategy':{'type':'S'}}",
                "{'selector':{'a':1}}|{'selector':{'b':1}}|{'selector':{'b':1}}",
                "{'args':['a','b']}|{'args':['c']}|{'args':['c']}",
                "{'unknown':[{'name':'a'}]}|{'unknown':[{'name':'b'}]}|{'unknown':[{'name':'b'}]}",
                "{'finalizers':['a','b']}|{'finalizers':['c','a']}|{'finalizers':['c','a','b']}",
                "{'finalizers':['a','b','c']}|{'$deleteFromPrimitiveList/finalizers':['b']}|{'finalizers':['a','c']}",
                "{'a':1}|{'a':null,'b':null}|{}"
            })
    void merges_objects_and_scalars(String live, String patch, String result) {
        assertThat(apply(live, patch)).isEqualTo(json(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                // items are merged, new ones stand where the patch puts them
                "[{'name':'a','image':'1'},{'name':'b'}]|{'containers':[{'name':'a','image':'2'}]}"
                        + "|[{'name':'a','image':'2'},{'name':'b'}]",
                "[{'name':'a'},{'name':'b'}]|{'containers':[{'name':'b','$patch':'delete'}]}|[{'name':'a'}]",
                "[{'name':'a'}]|{'containers':[{'name':'zz','$patch':'delete'}]}|[{'name':'a'}]",
                "[{'name':'a'}]|{'containers':[{'$patch':'replace'},{'name':'z','image':'i'}]}"
                        + "|[{'name':'z','image':'i'}]",
                "[{'name':'z'}]|{'$setElementOrder/containers':[{'name':'y'},{'name':'z'}],'containers':"
                        + "[{'name':'y','image':'i'}]}|[{'name':'y','image':'i'},{'name':'z'}]",
                "[{'name':'a'},{'name':'s'},{'name':'b'}]|{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}]}"
                        + "|[{'name':'s'},{'name':'b'},{'name':'a'}]",
                "[{'name':'a'},{'name':'s'},{'name':'b'}]|{'$setElementOrder/containers':[{'name':'a'},{'name':'n'},"
                        + "{'name':'b'}],'containers':[{'name':'n'}]}"
                        + "|[{'name':'a'},{'name':'n'},{'name':'s'},{'name':'b'}]",
                "[{'name':'a','env':[{'name':'E','value':'1'},{'name':'F','value':'2'}]}]|{'containers':[{'name':'a',"
                        + "'env':[{'name':'E','value':null,'valueFrom':{'x':1}}]}]}"
                        + "|[{'name':'a','env':[{'name':'E','valueFrom':{'x':1}},{'name':'F','value':'2'}]}]",
                "[{'name':'a','ports':[{'containerPort':80}]}]|{'containers':[{'name':'a','ports':[{'containerPort':81,"
                        + "'hostPort':1}]}]}|[{'name':'a','ports':[{'containerPort':81,'hostPort':1},"
                        + "{'containerPort':80}]}]",
                "[{'name':'a','x':1}]|{'containers':[{'name':'a','$patch':'merge','y':1}]}|[{'name':'a','x':1,'y':1}]"
            })
    void merges_lists_of_objects_by_their_key(String live, String patch, String result) {
        assertThat(apply("{'containers':" + live + "}", patch)).isEqualTo(json("{'containers':" + result + "}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{}|{'$patch':'frob'}|unknown $patch value \"frob\"",
                "{'containers':[]}|{'containers':[{'image':'x'}]}|does not contain declared merge key: name",
                "{'containers':[]}|{'containers':[{'$patch':'delete'}]}|does not contain declared merge key: name",
                "{'containers':[]}|{'containers':['x']}|must be objects",
                "{'m':{}}|{'m':[1]}|m is an object and cannot be merged with a list",
                "{'args':['a']}|{'args':{'x':1}}|args is a list and cannot be merged with an object",
                "{}|{'$retainKeys':'x'}|$retainKeys must be a list",
                "{}|{'$setElementOrder/containers':'x'}|must be a list",
                "{}|[1]|must be a JSON object"
            })
    void refuses_patches_that_do_not_fit_with_a_400(String live, String patch, String reason) {
        assertThatThrownBy(() -> apply(live, patch))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                .hasMessageContaining(reason);
    }

    private static ObjectNode apply(String live, String patch) {
        return StrategicMergePatch.apply((ObjectNode) json(live), json(patch), POD);
    }

    private static Schema struct(Field... fields) {
        Map<String, Field> map = new LinkedHashMap<>();
        for (var field : fields) {
            map.put(field.name(), field);
        }
        return new Schema.Struct("", "", map, false, true);
    }

    private static Field field(String name, Schema schema, PatchStrategy strategy) {
        return new Field(name, "", () -> schema, false, false, strategy, Optional.empty());
    }

    private static Schema list(Schema items, String key) {
        var keys = key.isEmpty() ? List.<String>of() : List.of(key);
        return new Schema.ListOf(() -> items, key.isEmpty() ? ListType.ATOMIC : ListType.MAP, keys, Map.of());
    }

    private static JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }
}
