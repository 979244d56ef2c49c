package io.luban.embeddedkube.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.ApiException;
import io.luban.model.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPatchTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                // RFC 6902 appendix A and the observed golden requests
                "{'foo':'bar'}|[{'op':'add','path':'/baz','value':'qux'}]|{'foo':'bar','baz':'qux'}",
                "{'foo':['a','c']}|[{'op':'add','path':'/foo/1','value':'b'}]|{'foo':['a','b','c']}",
                "{'foo':['a']}|[{'op':'add','path':'/foo/-','value':['b']}]|{'foo':['a',['b']]}",
                "{'a':1,'b':2}|[{'op':'remove','path':'/b'}]|{'a':1}",
                "{'a':[1,2,3]}|[{'op':'remove','path':'/a/1'}]|{'a':[1,3]}",
                "{'a':1}|[{'op':'replace','path':'/a','value':null}]|{'a':null}",
                "{'a':[1]}|[{'op':'replace','path':'/a/0','value':2}]|{'a':[2]}",
                "{'a':1}|[{'op':'add','path':'/a','value':2}]|{'a':2}",
                "{'data':{'b':'2'}}|[{'op':'add','path':'/data/c','value':'3'},{'op':'test','path':'/data/c',"
                        + "'value':'3'},{'op':'move','from':'/data/c','path':'/data/d'}]|{'data':{'b':'2','d':'3'}}",
                "{'a':{'b':1}}|[{'op':'copy','from':'/a','path':'/c'},{'op':'replace','path':'/a/b','value':2}]"
                        + "|{'a':{'b':2},'c':{'b':1}}",
                "{'a/b':1,'m~n':2}|[{'op':'test','path':'/a~1b','value':1.0},{'op':'remove','path':'/m~0n'}]|{'a/b':1}",
                "{'a':1}|[{'op':'replace','path':'','value':[1]}]|[1]",
                "{'a':{}}|[{'op':'add','path':'/a/','value':1}]|{'a':{'':1}}",
                "{'a':1}|[{'op':'test','path':'/zz','value':null}]|{'a':1}",
                "{'a':1}|[]|{'a':1}"
            })
    void performs_the_operations_in_order(String target, String patch, String result) {
        assertThat(JsonPatch.apply(json(target), json(patch))).isEqualTo(json(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "[{'op':'test','path':'/a','value':9}]|operation 0 (test /a): testing value failed",
                "[{'op':'test','path':'/a','value':1},{'op':'remove','path':'/z'}]"
                        + "|operation 1 (remove /z): there is no value at /z",
                "[{'op':'replace','path':'/z','value':1}]|operation 0 (replace /z): there is no value at /z",
                "[{'op':'add','path':'/z/y','value':1}]|operation 0 (add /z/y): there is no value at /z",
                "[{'op':'add','path':'/a/y','value':1}]|neither an object nor an array",
                "[{'op':'add','path':'/l/5','value':1}]|index \"5\" is out of range, the array has 1 items",
                "[{'op':'add','path':'/l/01','value':1}]|index \"01\" is out of range",
                "[{'op':'remove','path':'/l/-'}]|there is no value at /l/-",
                "[{'op':'add','path':'/b'}]|'value' is missing",
                "[{'op':'add','value':1}]|'path' is missing or not a string",
                "[{'op':'copy','path':'/b'}]|'from' is missing or not a string",
                "[{'op':'add','path':'b','value':1}]|does not begin with a slash",
                "[{'op':'move','from':'/l','path':'/l/0'}]|a value cannot be moved into itself",
                "[{'op':'frob','path':'/a'}]|unknown operation",
                "[{'op':'remove','path':''}]|the whole document cannot be removed",
                "[7]|not an object"
            })
    void tells_which_operation_failed_and_why(String patch, String reason) {
        assertThatThrownBy(() -> JsonPatch.apply(json("{'a':1,'l':[0]}"), json(patch)))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.status().reason()).isEqualTo("Invalid");
                    assertThat(e.code()).isEqualTo(422);
                })
                .hasMessageStartingWith("the server rejected our request due to an error in our request: ")
                .hasMessageContaining(reason);
    }

    @Test
    void refuses_what_is_no_array_and_too_many_operations() {
        assertThatThrownBy(() -> JsonPatch.apply(Json.object(), json("{'op':'remove'}")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
        var operations = Json.array();
        for (int i = 0; i < 10_001; i++) {
            operations.addObject().put("op", "test").put("path", "/a");
        }
        assertThatThrownBy(() -> JsonPatch.apply(Json.object(), operations))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(413))
                .hasMessageContaining("The allowed maximum operations in a JSON patch is 10000, got 10001");
    }

    @Test
    void bounds_the_growth_by_copying() {
        var operations = Json.array();
        for (int i = 0; i < 40; i++) {
            operations.addObject().put("op", "copy").put("from", "").put("path", "/x" + i);
        }
        assertThatThrownBy(() -> JsonPatch.apply(json("{'a':'0123456789'}"), operations))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(413));
    }

    private static JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"').replace("\"value\" is", "'value' is"));
    }
}
