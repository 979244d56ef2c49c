package io.luban.embeddedkube.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImpersonationTest {
    private static final User JOE = new User("joe", "", List.of("system:authenticated"), Map.of());

    private final List<AccessRequest> asked = new ArrayList<>();
    private final Impersonation permitted = new Impersonation(request -> {
        asked.add(request);
        return new Authorizer.Decision(true, "");
    });

    @Test
    void nobody_asked_nobody_changed() {
        assertThat(permitted.apply(JOE, Headers.of("Accept", "*/*"))).isSameAs(JOE);
        assertThat(asked).isEmpty();
    }

    @Test
    void every_part_of_the_identity_is_asked_for() {
        var headers = Headers.of(
                "Impersonate-User", "ann",
                "impersonate-group", "devs",
                "Impersonate-Group", "ops",
                "Impersonate-Uid", "7",
                "Impersonate-Extra-Scopes", "read");

        var user = permitted.apply(JOE, headers);

        assertThat(user)
                .isEqualTo(new User(
                        "ann", "7", List.of("devs", "ops", "system:authenticated"), Map.of("scopes", List.of("read"))));
        assertThat(asked)
                .extracting(request -> request.resource() + "/" + request.subresource() + " " + request.name())
                .containsExactly("users/ ann", "groups/ devs", "groups/ ops", "userextras/scopes read", "uids/ 7");
    }

    @Test
    void a_service_account_brings_its_groups() {
        var user = permitted.apply(JOE, Headers.of("Impersonate-User", "system:serviceaccount:ns:robot"));

        assertThat(user.groups())
                .containsExactly("system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated");
        assertThat(asked.getFirst().resource()).isEqualTo("serviceaccounts");
        assertThat(asked.getFirst().namespace()).isEqualTo("ns");
    }

    @Test
    void groups_alone_are_no_identity() {
        assertThatThrownBy(() -> permitted.apply(JOE, Headers.of("Impersonate-Group", "system:masters")))
                .hasMessageContaining("exactly one Impersonate-User header");
        assertThatThrownBy(() -> permitted.apply(JOE, Headers.of("Impersonate-User", "a", "impersonate-user", "b")))
                .hasMessageContaining("got 2");
    }

    @Test
    void without_the_right_it_is_refused() {
        var refusing = new Impersonation(request -> new Authorizer.Decision(false, ""));

        assertThatThrownBy(() -> refusing.apply(JOE, Headers.of("Impersonate-User", "admin")))
                .hasMessage("users \"admin\" is forbidden: User \"joe\" cannot impersonate resource \"users\" in API"
                        + " group \"\" at the cluster scope");
    }
}
