package io.luban.apiserver.reverseproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.http.Headers;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectivesTest {
    private static final Placeholders PLACEHOLDERS =
            new Placeholders(Clock.fixed(Instant.parse("2026-05-06T07:08:09Z"), ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* /foo.html|/|/foo.html",
                "/api/* ?a=b|/api/abc|/api/abc?a=b",
                "/api_v2/* ?{query}&a=b|/api_v2/abc?x=1|/api_v2/abc?x=1&a=b",
                "/api_v2/* ?{query}&a=b|/api_v2/abc|/api_v2/abc?a=b",
                "* /index.php?{query}&p={path}|/foo/bar|/index.php?p=%2Ffoo%2Fbar",
                "/old-prefix/* /new-prefix{path}|/old-prefix/x|/new-prefix/old-prefix/x",
                "*.php /p{path}|/a/INDEX.PHP|/p/a/INDEX.PHP",
                "*/API/* /found|/x/api/y|/found",
                "/a/*/c /glob|/a/b/c|/glob",
                "/a/*/c /glob|/a/b/b/c|/a/b/b/c",
                "/a/?/c /glob|/a/b/c|/glob",
                "/exact /hit|/exact/more|/exact/more",
                "/a%2fb /hit|/a%2Fb|/hit",
                "/a%2fb /hit|/a/b|/a/b",
                "* /{time.now.year}/{env.PATH}/{nothing}|/x|/2026//",
                "* /\\{path\\}|/x|/%7Bpath%7D",
                "* /{time.now.unix}/{time.now.unix_ms}|/x|/1778051289/1778051289000",
                "* ?t={time.now}&h={time.now.http}|/x|/x?t=2026-05-06T07%3A08%3A09Z&h=Wed%2C+06+May+2026+07%3A08%3A09+GMT",
                "* ?l={time.now.common_log}|/x|/x?l=06%2FMay%2F2026%3A07%3A08%3A09+%2B0000",
                "* /keep{http.request.uri.path}|/a%2Fb|/keep/a%2Fb",
                "onlyone|/x|/x",
            })
    void rewrites_by_rules(String rule, String request, String sent) {
        assertThat(apply("{directives: {rewrite: ['" + rule + "']}}", request)).isEqualTo(sent);
    }

    @Test
    void later_rewrites_see_what_earlier_ones_did() {
        assertThat(apply("{directives: {rewrite: ['/a* /b{path}', '/b* /c{path}']}}", "/a"))
                .isEqualTo("/c/b/a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "stripPathPrefix: /proxy/x|/proxy/x/a%2Fb|/a%2Fb",
                "stripPathPrefix: '/a b'|/a%20b/c|/c",
                "stripPathPrefix: /proxy/x|/other|/other",
                "stripPathPrefix: /pro|/proxy|/xy",
                "stripPathSuffix: .html|/a.html|/a",
                "replace: ['/docs/ /v1/docs/']|/docs/go?u=/docs/|/v1/docs/go?u=/v1/docs/",
                "replace: ['a b']|//a//a|/b/b",
                "pathRegexp: ['/{2,} /']|/doc//readme.md|/doc/readme.md",
                "pathRegexp: ['/u/([a-z]+)$ /users/$1']|/u/bob|/users/bob",
                "pathRegexp: ['/u/(?P<n>[a-z]+)$ /users/${n}x/$nx']|/u/bob|/users/bobx/",
                "pathRegexp: ['([ broken /x']|/a|/a",
                "pathRegexp: ['^/a/ ']|/a/b|/b",
                "pathRegexp: ['^/a/ ', '^ /base/']|/a/b|/base/b",
                "replace: ['/a/ x']|/a/b|/xb",
                "rewrite: ['* foo.html']|/a/b|/foo.html",
                "rewrite: ['* http://elsewhere/x']|/a/b|/http://elsewhere/x",
            })
    void changes_paths(String directive, String request, String sent) {
        assertThat(apply("{directives: {" + directive + "}}", request)).isEqualTo(sent);
    }

    @Test
    void an_empty_rest_of_the_path_stays_empty() {
        assertThat(apply("{directives: {stripPathPrefix: /proxy/x}}", "/proxy/x"))
                .isEmpty();
    }

    @Test
    void a_pattern_that_would_take_forever_takes_no_time() {
        var path = "/" + "a".repeat(5_000) + "!";
        assertThat(apply("{directives: {pathRegexp: ['^/(a+)+$ /x']}}", path)).isEqualTo(path);
    }

    @Test
    void expressions_have_a_limit_in_header_fields_too() {
        assertThat(HeaderEdit.parse("X \"%s\" \"b\"".formatted("a".repeat(1_000))))
                .isPresent();
        assertThat(HeaderEdit.parse("X \"%s\" \"b\"".formatted("a".repeat(1_025))))
                .isEmpty();
        assertThat(apply("{directives: {pathRegexp: ['%s /x']}}".formatted("a".repeat(1_025)), "/" + "a".repeat(1_025)))
                .isEqualTo("/" + "a".repeat(1_025));
    }

    @Test
    void changes_header_fields_in_order_and_ignores_smuggled_lines() {
        var spec = Json.object();
        var up = spec.putObject("directives").putArray("headerUp");
        up.add("-X-Gone").add("-X-Pre*").add("-*-Suf").add("+X-More 2").add("X-Set \"a b\"");
        up.add("X-Colon: c")
                .add("X-Old \"(o)ld\" \"${1}K\"")
                .add("X-Bad a\r\nX-Evil: 1")
                .add("NoValue")
                .add("");
        var before = Headers.of(
                "x-gone", "1", "X-Prefix", "1", "Some-Suf", "1", "X-More", "1", "X-Set", "0", "X-Old", "old old");

        var after = Directives.from(spec, PLACEHOLDERS)
                .applyTo(new Outbound("GET", "/", "", before))
                .headers();

        assertThat(after.contains("X-Gone")).isFalse();
        assertThat(after.contains("X-Prefix")).isFalse();
        assertThat(after.contains("Some-Suf")).isFalse();
        assertThat(after.all("X-More")).containsExactly("1", "2");
        assertThat(after.all("X-Set")).containsExactly("a b");
        assertThat(after.all("X-Colon")).containsExactly("c");
        assertThat(after.all("X-Old")).containsExactly("oK oK");
        assertThat(after.contains("X-Evil")).isFalse();
        assertThat(after.contains("X-Bad")).isFalse();
    }

    private static String apply(String spec, String target) {
        int question = target.indexOf('?');
        var path = question < 0 ? target : target.substring(0, question);
        var query = question < 0 ? "" : target.substring(question + 1);
        var sent = Directives.from(Yaml.parse(spec), PLACEHOLDERS)
                .applyTo(new Outbound("GET", path, query, Headers.EMPTY));
        return sent.query().isEmpty() ? sent.path() : sent.path() + "?" + sent.query();
    }
}
