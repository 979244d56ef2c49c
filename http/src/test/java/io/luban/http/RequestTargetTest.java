package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a request line's target names the server and what the resource (RFC 9112 §3.2). */
class RequestTargetTest {
    @ParameterizedTest
    @CsvSource({
        "/a?b=http://c/d, '', /a?b=http://c/d",
        "http://else.where/a?b, else.where, /a?b",
        "HTTPS://else.where:8443/a, else.where:8443, /a",
        "http://[::1]:80/a, [::1]:80, /a",
        "http://else.where, else.where, /",
        "http://else.where?b=/c, else.where, /?b=/c",
        "*, '', *"
    })
    void the_server_and_the_resource_are_told_apart(String target, String authority, String originForm) {
        assertThat(RequestTarget.authority(target)).isEqualTo(authority);
        assertThat(RequestTarget.originForm(target)).isEqualTo(originForm);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a/b",
                "http:///a",
                "http://",
                "http://?a",
                "http://user@host/a",
                "ftp://host/a",
                "/a#b",
                "/a b"
            })
    void what_names_no_host_or_cannot_stand_in_a_request_line_is_refused(String target) {
        assertThat(RequestTarget.originForm(target)).isEmpty();
    }
}
