package io.luban.embeddedkube.watch;

import static io.luban.embeddedkube.watch.Cluster.CONFIG_MAPS;
import static io.luban.embeddedkube.watch.Cluster.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaderWatchTest {
    @TempDir
    private Path directory;

    private Cluster cluster;

    @BeforeEach
    void start() {
        cluster = new Cluster(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static void awaitStory(RecordingSink sink, String... expected) {
        await().untilAsserted(() -> assertThat(sink.story()).containsExactly(expected));
    }

    @Test
    void begins_with_what_is_there_and_goes_on_with_what_happens() {
        cluster.put("g1", "b");
        cluster.put("g1", "a");

        var sink = cluster.watch("g1");
        cluster.put("g1", "b");
        cluster.put("g2", "elsewhere");
        long deletion = cluster.delete("g1", "a");

        awaitStory(sink, "ADDED a", "ADDED b", "MODIFIED b", "DELETED a");
        assertThat(sink.events()
                        .getLast()
                        .at("/object/metadata/resourceVersion")
                        .asLong())
                .isEqualTo(deletion);
        assertThat(sink.events().getLast().at("/object/kind").asText()).isEqualTo("ConfigMap");
    }

    @Test
    void resumes_after_a_version_also_across_a_restart() {
        long version = cluster.put("g1", "a");
        cluster.put("g1", "b");
        cluster.delete("g1", "a");
        cluster.close();
        cluster = new Cluster(directory);

        var sink = cluster.watch("g1", "resourceVersion", Long.toString(version));
        cluster.put("g1", "c");

        awaitStory(sink, "ADDED b", "DELETED a", "ADDED c");
    }

    @Test
    void an_object_enters_and_leaves_a_selection() {
        long version = cluster.put("g1", "w");
        var sink = cluster.watch("g1", "resourceVersion", Long.toString(version), "labelSelector", "on");
        cluster.put("g1", "w", "on", "1");
        cluster.put("g1", "w", "on", "2");
        long left = cluster.put("g1", "w", "off", "1");
        cluster.delete("g1", "w");

        awaitStory(sink, "ADDED w", "MODIFIED w", "DELETED w");
        var last = sink.events().getLast().path("object");
        assertThat(last.at("/metadata/labels/on").asText()).isEqualTo("2");
        assertThat(last.at("/metadata/resourceVersion").asLong()).isEqualTo(left);
    }

    @Test
    void field_selectors_look_into_objects() {
        var secrets = Cluster.REGISTRY.find("", "v1", "secrets").orElseThrow();
        var sink = RecordingSink.of(
                cluster.reader.watch(request("fieldSelector", "type=Opaque"), secrets, "", Form.OBJECT));
        cluster.put(secrets, "g1", Cluster.configMap("g1", "a").put("type", "Opaque"));
        cluster.put(secrets, "g1", Cluster.configMap("g1", "b").put("type", "other"));
        cluster.put(secrets, "g1", Cluster.configMap("g1", "a").put("type", "other"));

        awaitStory(sink, "ADDED a", "DELETED a");
    }

    @Test
    void initial_events_end_with_a_marked_bookmark() {
        cluster.put("g1", "a");

        var sink = cluster.watch(
                "g1", "sendInitialEvents", "true", "resourceVersionMatch", "NotOlderThan", "allowWatchBookmarks", "1");
        cluster.put("g1", "b");

        awaitStory(sink, "ADDED a", "BOOKMARK ", "ADDED b");
        assertThat(sink.events()
                        .get(1)
                        .at("/object/metadata/annotations/k8s.io~1initial-events-end")
                        .asText())
                .isEqualTo("true");
    }

    @Test
    void a_watch_that_has_said_nothing_lasts_two_seconds_at_least() {
        long version = cluster.put("g1", "a");
        var silent = cluster.watch("g1", "resourceVersion", Long.toString(version), "timeoutSeconds", "1");
        var telling = cluster.watch("g1", "timeoutSeconds", "1");

        cluster.now = cluster.now.plusMillis(1_500);
        await().until(() -> telling.ended);
        assertThat(silent.ended).isFalse();

        cluster.now = cluster.now.plusMillis(500);
        await().until(() -> silent.ended);
        assertThat(silent.events()).isEmpty();
    }

    @Test
    void without_initial_events_only_what_happens_from_now_on_is_told() {
        cluster.put("g1", "a");
        var sink = cluster.watch("g1", "sendInitialEvents", "false", "resourceVersionMatch", "NotOlderThan");
        cluster.put("g1", "b");

        awaitStory(sink, "ADDED b");
    }

    @Test
    void a_version_ahead_is_told_as_expired_within_the_stream() {
        var sink = cluster.watch("g1", "resourceVersion", "12345");

        assertThat(sink.events()).hasSize(1);
        assertThat(sink.events().getFirst().at("/object/code").asInt()).isEqualTo(410);
        assertThat(sink.ended).isTrue();
    }

    @Test
    void refuses_bad_parameters_before_the_stream_begins() {
        assertThatThrownBy(() -> cluster.watch("g1", "resourceVersion", "abc"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
        assertThatThrownBy(() -> cluster.watch("g1", "sendInitialEvents", "true"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422));
        assertThatThrownBy(() -> cluster.watch("g1", "resourceVersionMatch", "NotOlderThan"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422));
    }

    @Test
    void an_idle_watch_is_told_the_newest_version_after_a_minute() {
        cluster.put("g1", "a");
        var sink = cluster.watch("g1", "resourceVersion", "1", "allowWatchBookmarks", "true");
        var deaf = cluster.watch("g1", "resourceVersion", "1");
        long newest = cluster.put("g2", "elsewhere");

        cluster.now = cluster.now.plusSeconds(61);

        awaitStory(sink, "BOOKMARK ");
        var object = sink.events().getFirst().path("object");
        assertThat(object.at("/metadata/resourceVersion").asLong()).isEqualTo(newest);
        assertThat(object.path("kind").asText()).isEqualTo("ConfigMap");
        assertThat(deaf.events()).isEmpty();
    }

    @Test
    void ends_after_its_time_with_a_last_bookmark() {
        var sink = cluster.watch("g1", "timeoutSeconds", "5", "allowWatchBookmarks", "true");

        cluster.now = cluster.now.plusSeconds(5);

        await().until(() -> sink.ended);
        awaitStory(sink, "BOOKMARK ");
        assertThat(cluster.reader.watchCount()).isZero();
    }

    @Test
    void ends_properly_when_the_server_stops() {
        var sink = cluster.watch("g1", "allowWatchBookmarks", "true");

        cluster.reader.close();

        assertThat(sink.ended).isTrue();
        assertThat(sink.story()).containsExactly("BOOKMARK ");
        assertThat(cluster.watch("g1")).satisfies(late -> await().until(() -> late.ended));
    }

    @Test
    void a_client_that_does_not_keep_up_is_cut_off() {
        var sink = cluster.watch("g1");
        sink.pending = 17L * 1024 * 1024;

        cluster.put("g1", "a");

        await().until(() -> sink.aborted);
        assertThat(sink.events()).isEmpty();
        await().until(() -> cluster.reader.watchCount() == 0);
    }

    @Test
    void nothing_is_left_of_a_client_that_has_gone() {
        var sink = cluster.watch("g1");

        sink.disconnect();
        cluster.put("g1", "a");
        var other = cluster.watch("g1", "resourceVersion", Long.toString(cluster.store.revision()));
        cluster.put("g1", "b");

        awaitStory(other, "ADDED b");
        assertThat(sink.events()).isEmpty();
    }

    @Test
    void tables_define_their_columns_once() {
        var sink = RecordingSink.of(cluster.reader.watch(request(), CONFIG_MAPS, "g1", Form.TABLE));
        cluster.put("g1", "a");
        cluster.put("g1", "b");

        await().until(() -> sink.events().size() == 2);
        var first = sink.events().getFirst().path("object");
        var second = sink.events().getLast().path("object");
        assertThat(first.path("columnDefinitions")).hasSize(3);
        assertThat(second.path("columnDefinitions").isNull()).isTrue();
        assertThat(second.at("/rows/0/cells/0").asText()).isEqualTo("b");
    }

    @Test
    void metadata_alone_can_be_watched() {
        var sink = RecordingSink.of(cluster.reader.watch(request(), CONFIG_MAPS, "g1", Form.PARTIAL));
        cluster.put("g1", "a");

        awaitStory(sink, "ADDED a");
        assertThat(sink.events().getFirst().at("/object/kind").asText()).isEqualTo("PartialObjectMetadata");
    }

    @Test
    void an_upgrade_becomes_a_web_socket_that_echoes_the_first_plain_protocol() {
        var headers = Headers.of(
                "Connection",
                "Upgrade",
                "Upgrade",
                "websocket",
                "Sec-WebSocket-Protocol",
                "base64url.bearer.authorization.k8s.io.abc, base64.binary.k8s.io, x");
        var reply = cluster.reader.watch(LocalRequest.of("GET", "/x", headers), CONFIG_MAPS, "g1", Form.OBJECT);

        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.WebSocket.class,
                        socket -> assertThat(socket.headers().first("Sec-WebSocket-Protocol"))
                                .contains("base64.binary.k8s.io"));
    }
}
