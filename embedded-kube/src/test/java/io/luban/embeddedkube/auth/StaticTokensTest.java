package io.luban.embeddedkube.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StaticTokensTest {
    @Test
    void a_line_names_token_user_uid_and_groups() {
        var tokens =
                StaticTokens.of(List.of("# comment", "", "s3cret,ann,7,\"devs, ops\"", "other,bob,8"), "tokens.csv");

        assertThat(tokens.user("s3cret")).contains(new User("ann", "7", List.of("devs", "ops"), Map.of()));
        assertThat(tokens.user("other")).contains(new User("bob", "8", List.of(), Map.of()));
        assertThat(tokens.user("S3cret")).isEmpty();
        assertThat(StaticTokens.NONE.user("s3cret")).isEmpty();
    }

    @Test
    void a_bad_line_is_named_without_its_token() {
        assertThatThrownBy(() -> StaticTokens.of(List.of("a,b,c", "s3cret,ann"), "tokens.csv"))
                .hasMessage("kube.tokenFile: tokens.csv line 2: must be token,user,uid,\"group1,group2\"");
        assertThatThrownBy(() -> StaticTokens.of(List.of("s3cret,a,1", "s3cret,b,2"), "tokens.csv"))
                .hasMessage("kube.tokenFile: tokens.csv line 2: the token stands twice in the file");
    }
}
