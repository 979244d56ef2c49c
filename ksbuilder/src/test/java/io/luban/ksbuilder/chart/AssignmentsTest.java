package io.luban.ksbuilder.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssignmentsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=1 | {\"a\":1}",
                "a.b=x,a.c=true | {\"a\":{\"b\":\"x\",\"c\":true}}",
                "a=null | {\"a\":null}",
                "a= | {\"a\":\"\"}",
                "a=007 | {\"a\":\"007\"}",
                "a=-3 | {\"a\":-3}",
                "a={x,2,true} | {\"a\":[\"x\",2,true]}",
                "a={} | {\"a\":[]}",
                "a[1].b=x | {\"a\":[null,{\"b\":\"x\"}]}",
                "a[0][1]=x | {\"a\":[[null,\"x\"]]}",
                "a\\.b/c=x | {\"a.b/c\":\"x\"}",
                "a=x\\,y | {\"a\":\"x,y\"}",
                "a=x=y | {\"a\":\"x=y\"}",
                "a={x\\,y,z},b=1 | {\"a\":[\"x,y\",\"z\"],\"b\":1}"
            })
    void set_is_read_as_helm_reads_it(String text, String json) {
        assertThat(new Assignments(directory::resolve).set(List.of(text)).values())
                .hasToString(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b", "a,b=1", "=1", "a[x]=1", "a[70000]=1", "a={x", "a[-1]=1"})
    void what_cannot_be_meant_is_refused_with_the_text(String text) {
        assertThatThrownBy(() -> new Assignments(directory::resolve).set(List.of(text)))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining(text);
    }

    @Test
    void later_and_more_special_assignments_win() throws IOException {
        Files.writeString(directory.resolve("one.yaml"), "a: {x: 1, y: 1}\nlist: [1, 2]\n");
        Files.writeString(directory.resolve("two.yaml"), "a: {y: 2}\nlist: [3]\n");
        Files.writeString(directory.resolve("text.txt"), "whole, file");

        var values = new Assignments(directory::resolve)
                .files(List.of("one.yaml", "two.yaml"))
                .json(List.of("a.z={\"deep\":[1]}"))
                .set(List.of("a.x=5"))
                .strings(List.of("s=5"))
                .contents(List.of("f=text.txt"))
                .literals(List.of("l=a,b={c}\\d"))
                .values();

        assertThat(values).hasToString("""
                {"a":{"x":5,"y":2,"z":{"deep":[1]}},"list":[3],"s":"5","f":"whole, file","l":"a,b={c}\\\\d"}""");
    }

    @Test
    void a_values_file_that_is_no_map_is_refused() throws IOException {
        Files.writeString(directory.resolve("list.yaml"), "- 1\n");

        assertThatThrownBy(() -> new Assignments(directory::resolve).files(List.of("list.yaml")))
                .hasMessage("list.yaml: expected a map of values");
    }
}
