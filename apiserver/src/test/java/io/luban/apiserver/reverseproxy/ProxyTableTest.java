package io.luban.apiserver.reverseproxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Yaml;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProxyTableTest {
    @Test
    void prefers_exact_paths_then_longer_patterns_then_named_methods_then_older_objects() {
        var table = table(
                rule("all", "/proxy/*", "*", "2020"),
                rule("longer", "/proxy/a/*", "*", "2022"),
                rule("older", "/proxy/a/*", "*", "2021"),
                rule("posts", "/proxy/a/*", "post", "2023"),
                rule("exact", "/proxy/a/b", "*", "2024"));

        assertThat(found(table, "GET", "/proxy/a/b")).isEqualTo("exact");
        assertThat(found(table, "GET", "/proxy/a/c")).isEqualTo("older");
        assertThat(found(table, "POST", "/proxy/a/c")).isEqualTo("posts");
        assertThat(found(table, "GET", "/proxy/z")).isEqualTo("all");
        assertThat(found(table, "GET", "/proxy")).isEmpty();
        assertThat(found(table, "GET", "/proxy/a")).isEqualTo("all");
    }

    @Test
    void leaves_to_the_console_what_is_labelled_for_it() {
        var rule = rule("console", "/proxy/c/*", "*", "2020");
        rule.withObject("/metadata").putObject("labels").put("kubesphere.io/reverse-proxy-target", "ks-console");

        assertThat(found(table(rule), "GET", "/proxy/c/x")).isEmpty();
    }

    private static ObjectNode rule(String name, String path, String method, String created) {
        return (ObjectNode) Yaml.parse("""
                metadata: {name: %s, creationTimestamp: "%s"}
                spec: {matcher: {path: "%s", method: "%s"}, upstream: {url: "http://x"}}
                """.formatted(name, created, path, method));
    }

    private static ProxyTable table(ObjectNode... objects) {
        var placeholders = new Placeholders(Clock.systemUTC());
        List<ProxyRule> rules = Stream.of(objects)
                .map(object -> ProxyRule.compile(object, placeholders, List.of("/proxy")))
                .toList();
        return new ProxyTable(rules);
    }

    private static String found(ProxyTable table, String method, String path) {
        return table.find(method, path).map(rule -> rule.definition().name()).orElse("");
    }
}
