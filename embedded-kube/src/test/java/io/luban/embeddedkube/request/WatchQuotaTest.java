package io.luban.embeddedkube.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.embeddedkube.auth.User;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WatchQuotaTest {
    private final User ann = new User("ann", "", List.of(), Map.of());
    private final User bob = new User("bob", "", List.of(), Map.of());
    private final WatchQuota quota = new WatchQuota(2);

    @Test
    void a_user_with_too_many_watches_gets_429_and_others_do_not() {
        var first = watch(ann);
        watch(ann);

        assertThatThrownBy(() -> watch(ann))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(429))
                .hasMessageContaining("user \"ann\" has 2 watches open");
        watch(bob);

        first.observer().accept(new Reply.Completion(200, 0, true, 1));
        watch(ann);
        assertThat(quota.of("ann")).isEqualTo(2);
    }

    @Test
    void a_watch_that_does_not_begin_takes_no_place() {
        assertThatThrownBy(() -> quota.within(ann, () -> {
                    throw ApiException.badRequest("no");
                }))
                .hasMessage("no");

        assertThat(quota.of("ann")).isZero();
    }

    private Reply.Observed watch(User user) {
        return (Reply.Observed) quota.within(user, () -> Reply.text(200, ""));
    }
}
