package io.luban.embeddedkube.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.request.HealthEndpoint.Check;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HealthEndpointTest {
    private final AtomicBoolean storeIsFine = new AtomicBoolean(true);
    private final AtomicBoolean staysUp = new AtomicBoolean(true);
    private final HealthEndpoint endpoint = new HealthEndpoint(
            List.of(), List.of(new Check("store", storeIsFine::get)), List.of(new Check("shutdown", staysUp::get)));

    @Test
    void says_ok_in_one_word() {
        assertThat(answer("/readyz")).isEqualTo("200 ok");
    }

    @Test
    void lists_its_checks_when_asked() {
        assertThat(answer("/readyz?verbose"))
                .isEqualTo("200 [+]ping ok\n[+]store ok\n[+]shutdown ok\nreadyz check passed\n");
    }

    @Test
    void a_failed_check_makes_it_unready_but_not_dead() {
        storeIsFine.set(false);

        assertThat(answer("/readyz"))
                .isEqualTo("500 [+]ping ok\n[-]store failed: reason withheld\n[+]shutdown ok\nreadyz check failed\n");
        assertThat(answer("/livez")).isEqualTo("200 ok");
        assertThat(answer("/readyz?exclude=store")).isEqualTo("200 ok");
        assertThat(answer("/readyz/ping")).isEqualTo("200 ok");
        assertThat(answer("/readyz/store")).startsWith("500");
    }

    @Test
    void a_server_that_stops_is_unready_first() {
        staysUp.set(false);

        assertThat(answer("/readyz")).startsWith("500");
        assertThat(answer("/healthz")).isEqualTo("200 ok");
        assertThat(answer("/livez")).isEqualTo("200 ok");
    }

    @Test
    void tells_which_checks_cannot_be_excluded() {
        assertThat(answer("/healthz?verbose&exclude=store&exclude=moon"))
                .isEqualTo("200 [+]ping ok\n[+]store excluded: ok\nwarn: some health checks cannot be excluded:"
                        + " no matches for \"moon\"\nhealthz check passed\n");
    }

    @Test
    void leaves_other_paths_to_others() {
        assertThat(endpoint.answer(LocalRequest.of("GET", "/health", Headers.EMPTY)))
                .isEmpty();
        assertThat(endpoint.answer(LocalRequest.of("GET", "/readyz/unknown", Headers.EMPTY)))
                .isEmpty();
    }

    private String answer(String target) {
        var reply =
                endpoint.answer(LocalRequest.of("GET", target, Headers.EMPTY)).orElseThrow();
        var content = (Reply.Content) reply;
        return content.status() + " " + new String(content.body(), StandardCharsets.UTF_8);
    }
}
