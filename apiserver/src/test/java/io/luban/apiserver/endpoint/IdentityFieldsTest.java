package io.luban.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.apiserver.pipeline.User;
import io.luban.http.Headers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What backends read of the user. */
class IdentityFieldsTest {
    @Test
    void backends_learn_everything_about_the_user() {
        var user = new User(
                "bob", "uid-7", List.of("a", "b c"), Map.of("scopes/x", List.of("one", "two"), "Ü y", List.of("z")));

        var headers = Forwarding.withIdentity(Headers.of("X-Other", "kept"), user);

        assertThat(headers.all("X-Other")).containsExactly("kept");
        assertThat(headers.all("X-Remote-User")).containsExactly("bob");
        assertThat(headers.all("X-Remote-Uid")).containsExactly("uid-7");
        assertThat(headers.all("X-Remote-Group")).containsExactly("a", "b c");
        assertThat(headers.all("X-Remote-Extra-scopes%2Fx")).containsExactly("one", "two");
        assertThat(headers.all("X-Remote-Extra-%C3%9C%20y")).containsExactly("z");
    }

    @Test
    void nothing_else_says_who_asks() {
        var said = Headers.builder()
                .add("X-Remote-User", "eve")
                .add("x_remote_group", "system:masters")
                .add("X-Remote-Extra-Scopes", "all")
                .add("X-Remote-Uid", "1")
                .add("X-Remote-Users", "other")
                .build();

        var headers = Forwarding.withIdentityAlone(said, new User("bob", "", List.of("a"), Map.of()));

        assertThat(headers.all("X-Remote-User")).containsExactly("bob");
        assertThat(headers.all("X-Remote-Group")).containsExactly("a");
        assertThat(headers.all("X-Remote-Users")).containsExactly("other");
        assertThat(headers.contains("X-Remote-Uid")).isFalse();
        assertThat(headers.contains("X-Remote-Extra-Scopes")).isFalse();
        assertThat(headers.contains("x_remote_group")).isFalse();
    }

    @Test
    void a_user_without_uid_has_no_field_of_it() {
        assertThat(Forwarding.withIdentity(Headers.EMPTY, User.ANONYMOUS).contains("X-Remote-Uid"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"plain-key_1.x, plain-key_1.x", "'a b', a%20b", "a/b:c, a%2Fb%3Ac", "ü, %C3%BC", "100%, 100%25"})
    void keys_become_legal_names_of_fields(String key, String name) {
        assertThat(Forwarding.headerName(key)).isEqualTo(name);
    }
}
