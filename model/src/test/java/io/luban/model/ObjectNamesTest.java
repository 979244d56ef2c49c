package io.luban.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b", "1-2.x", "a--b"})
    void accepts_subdomains(String name) {
        assertThat(ObjectNames.subdomain(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a..b", ".a", "a.", "-a", "a_b", "\u0131"})
    void refuses_what_is_no_subdomain(String name) {
        assertThat(ObjectNames.subdomain(name))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("a lowercase RFC 1123 subdomain");
    }

    @Test
    void names_the_limit_of_a_name_that_is_too_long() {
        assertThat(ObjectNames.subdomain("a".repeat(254))).containsExactly("must be no more than 253 bytes");
    }

    @Test
    void tells_a_label_with_dots_that_dots_are_the_problem() {
        assertThat(ObjectNames.label("a.b")).containsExactly("must not contain dots");
    }

    @Test
    void a_service_name_starts_with_a_letter() {
        assertThat(ObjectNames.label1035("a1")).isEmpty();
        assertThat(ObjectNames.label1035("1a")).hasSize(1);
        assertThat(ObjectNames.label1035("")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A_b.c-d", "example.com/Name", "x/1"})
    void accepts_qualified_names(String name) {
        assertThat(ObjectNames.qualifiedName(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "a/", "a/b/c", "bad key!", "Example.com/a"})
    void refuses_what_is_no_qualified_name(String name) {
        assertThat(ObjectNames.qualifiedName(name)).isNotEmpty();
    }

    @Test
    void a_label_value_may_be_empty_but_not_long() {
        assertThat(ObjectNames.labelValue("")).isEmpty();
        assertThat(ObjectNames.labelValue("v".repeat(64))).containsExactly("must be no more than 63 bytes");
    }

    @Test
    void a_path_segment_takes_colons_but_no_slash() {
        assertThat(ObjectNames.pathSegment("system:admin")).isEmpty();
        assertThat(ObjectNames.pathSegment("a/b")).containsExactly("may not contain '/'");
        assertThat(ObjectNames.pathSegment("..")).containsExactly("may not be '..'");
    }
}
