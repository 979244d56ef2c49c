package io.luban.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.model.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProjectedCacheTest {
    private static final String USERS = "/apis/iam.kubesphere.io/v1beta1/users";

    private FakeKubernetes kubernetes;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        kubernetes = new FakeKubernetes();
        client = KubeClients.forServer(kubernetes.url());
    }

    @AfterEach
    void stop() {
        client.close();
        kubernetes.close();
    }

    @Test
    void holds_the_projection_of_every_listed_object_across_pages() throws InterruptedException {
        kubernetes.serve(USERS);
        for (int i = 0; i < 1203; i++) {
            kubernetes.put(USERS, user("u" + i, "u" + i + "@x.io"));
        }
        try (var cache = start(List.of())) {
            assertThat(cache.awaitSync(Duration.ofSeconds(30))).isTrue();
            assertThat(cache.all()).hasSize(1203);
            assertThat(cache.find("", "u7")).contains("u7@x.io");
            assertThat(kubernetes.lists()).isEqualTo(3);
        }
    }

    @Test
    void a_listing_that_fails_again_and_again_is_not_waited_for_and_comes_by_itself() throws InterruptedException {
        kubernetes.serve(USERS);
        kubernetes.put(USERS, user("a", "a@x.io"));
        kubernetes.fail(USERS, 503);
        try (var cache = start(List.of())) {
            assertThat(cache.awaitSettled(Duration.ZERO)).isFalse();
            assertThat(cache.awaitSettled(Duration.ofSeconds(30))).isFalse();
            assertThat(cache.isSynced()).isFalse();
            kubernetes.heal();
            assertThat(cache.awaitSync(Duration.ofSeconds(30))).isTrue();
            assertThat(cache.awaitSettled(Duration.ZERO)).isTrue();
            assertThat(cache.find("", "a")).isPresent();
            assertThat(cache.path()).isEqualTo(USERS);
        }
    }

    @Test
    void follows_additions_changes_and_deletions() throws InterruptedException {
        kubernetes.serve(USERS);
        var heard = new CopyOnWriteArrayList<String>();
        try (var cache = start(heard)) {
            cache.awaitSync(Duration.ofSeconds(30));
            kubernetes.put(USERS, user("bob", "a@x.io"));
            kubernetes.put(USERS, user("bob", "b@x.io"));
            kubernetes.remove(USERS, "bob");
            await().untilAsserted(
                            () -> assertThat(heard).containsExactly("bob -a@x.io", "bob a@x.io-b@x.io", "bob b@x.io-"));
            assertThat(cache.all()).isEmpty();
        }
    }

    @Test
    void resumes_a_broken_watch_without_listing_again() throws InterruptedException {
        kubernetes.serve(USERS);
        try (var cache = start(List.of())) {
            cache.awaitSync(Duration.ofSeconds(30));
            kubernetes.put(USERS, user("a", "a@x.io"));
            await().until(() -> cache.find("", "a").isPresent());
            kubernetes.cutWatches();
            kubernetes.put(USERS, user("b", "b@x.io"));
            await().until(() -> cache.find("", "b").isPresent());
            assertThat(kubernetes.lists()).isEqualTo(1);
        }
    }

    @Test
    void lists_again_and_drops_what_is_gone_when_its_version_is_expired() throws InterruptedException {
        kubernetes.serve(USERS);
        kubernetes.put(USERS, user("old", "old@x.io"));
        try (var cache = start(List.of())) {
            cache.awaitSync(Duration.ofSeconds(30));
            kubernetes.remove(USERS, "old");
            kubernetes.put(USERS, user("new", "new@x.io"));
            kubernetes.compact();
            kubernetes.cutWatches();
            await().until(() ->
                    cache.find("", "new").isPresent() && cache.find("", "old").isEmpty());
        }
    }

    @Test
    void treats_a_kind_that_is_not_served_as_empty_until_it_is() throws InterruptedException {
        try (var cache = start(List.of())) {
            assertThat(cache.awaitSync(Duration.ofSeconds(30))).isTrue();
            assertThat(cache.all()).isEmpty();
            kubernetes.serve(USERS);
            kubernetes.put(USERS, user("bob", "bob@x.io"));
            await().until(() -> cache.find("", "bob").isPresent());
        }
    }

    @Test
    void leaves_out_objects_without_a_projection() throws InterruptedException {
        kubernetes.serve(USERS);
        kubernetes.put(USERS, user("nomail", ""));
        try (var cache = start(List.of())) {
            cache.awaitSync(Duration.ofSeconds(30));
            assertThat(cache.all()).isEmpty();
        }
    }

    private ProjectedCache<String> start(List<String> heard) {
        return ProjectedCache.start(
                KubeRest.of(client),
                CollectionQuery.of(USERS),
                object ->
                        Optional.of(object.path("spec").path("email").asText()).filter(mail -> !mail.isEmpty()),
                (name, before, after) -> {
                    if (heard instanceof CopyOnWriteArrayList) {
                        heard.add(name + " " + before.orElse("") + "-" + after.orElse(""));
                    }
                });
    }

    private static ObjectNode user(String name, String email) {
        var user = Json.object().put("kind", "User");
        user.putObject("metadata").put("name", name);
        user.putObject("spec").put("email", email);
        return user;
    }
}
