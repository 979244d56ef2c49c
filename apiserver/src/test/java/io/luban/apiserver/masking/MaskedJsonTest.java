package io.luban.apiserver.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.StreamSink;
import io.luban.http.WebSocketSession;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedJsonTest {
    private static final String USER = """
            {"metadata":{"name":"ü\\"1","annotations":{"kubectl.kubernetes.io/last-applied-configuration":\
            "{\\"spec\\":{\\"password\\":\\"HASH\\",\\"lang\\":\\"en\\"}}"}},\
            "spec":{"password":"HASH","email":"a@b","groups":["password"],"x":{"password":"kept"}},"n":[1.10,9007199254740993]}""";
    private static final String SHOWN = """
            {"metadata":{"name":"ü\\"1","annotations":{"kubectl.kubernetes.io/last-applied-configuration":\
            "{\\"spec\\":{\\"lang\\":\\"en\\"}}"}},\
            "spec":{"email":"a@b","groups":["password"],"x":{"password":"kept"}},"n":[1.10,9007199254740993]}""";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s",
                "{\"kind\":\"UserList\",\"items\":[%1$s,%1$s]}",
                "{\"kind\":\"Table\",\"rows\":[{\"cells\":[\"a\",1],\"object\":%s}]}",
                "{\"type\":\"ADDED\",\"object\":%s}",
                "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Table\",\"rows\":[{\"object\":%s}]}}",
                "{\"type\":\"ADDED\",\"object\":%1$s}\n{\"type\":\"DELETED\",\"object\":%1$s}"
            })
    void leaves_the_secret_out_and_everything_else_as_it_is(String shell) {
        var expected = shell.formatted(SHOWN) + "\n";

        assertThat(text(MaskedJson.of(Secrecy.USERS, bytes(shell.formatted(USER)))))
                .isEqualTo(expected);
    }

    @Test
    void what_comes_indented_goes_on_indented() {
        var shell = """
                {
                  "kind": "UserList",
                  "metadata": {},
                  "items": [
                    {
                      "spec": {
                        %s"lang": "en",
                        "groups": [
                          "a"
                        ],
                        "none": []
                      }
                    }
                  ]
                }
                """;
        assertThat(text(MaskedJson.of(Secrecy.USERS, bytes(shell.formatted("\"password\": \"HASH\",\n        ")))))
                .isEqualTo(shell.formatted(""));
    }

    @Test
    void pieces_may_be_cut_anywhere() {
        var whole = bytes(USER);
        for (int at = 0; at <= whole.length; at++) {
            var edit = new MaskedJson(Secrecy.USERS);
            var out = new ByteArrayOutputStream();
            out.writeBytes(edit.piece(java.util.Arrays.copyOf(whole, at)));
            assertThat(text(out.toByteArray())).doesNotContain("HASH");
            out.writeBytes(edit.piece(java.util.Arrays.copyOfRange(whole, at, whole.length)));
            out.writeBytes(edit.rest());
            assertThat(text(out.toByteArray())).isEqualTo(SHOWN + "\n");
        }
    }

    @Test
    void a_secret_may_be_a_structure_and_there_may_be_several() {
        var cluster =
                "{\"spec\":{\"connection\":{\"type\":\"proxy\",\"kubeconfig\":{\"a\":[{\"b\":1}]},\"token\":\"t\"}}}";

        assertThat(text(MaskedJson.of(Secrecy.CLUSTERS, bytes(cluster))))
                .isEqualTo("{\"spec\":{\"connection\":{\"type\":\"proxy\"}}}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>HASH</html>", "{\"spec\":{\"password\":\"HASH\"", "\u001f\u008b"})
    void what_is_no_json_does_not_pass_and_is_not_quoted(String body) {
        assertThatThrownBy(() -> MaskedJson.of(Secrecy.USERS, bytes(body)))
                .isInstanceOf(ParseException.class)
                .message()
                .doesNotContain("HASH");
    }

    /** What the API server in the same process answers. */
    @Test
    void events_of_a_watch_go_on_one_by_one() {
        var sink = new Recorder();
        var headers = Headers.of("Content-Type", "application/json");
        var event = "{\"type\":\"ADDED\",\"object\":%s}\n";
        var stream = new Reply.Edited(
                new Reply.Stream(200, headers, client -> {
                    client.write(bytes(event.formatted(USER)));
                    client.write(bytes(event.formatted(USER)));
                }),
                edit -> edit);

        var masked = (Reply.Edited) Masking.masked(stream, Secrecy.USERS);
        ((Reply.Stream) masked.reply()).source().start(sink);

        assertThat(sink.messages).containsExactly(event.formatted(SHOWN), event.formatted(SHOWN));
    }

    @Test
    void events_of_a_watch_by_websocket_too() {
        var session = new Recorder();
        var socket = new Reply.WebSocket(
                Headers.EMPTY, client -> client.sendText(bytes("{\"type\":\"ADDED\",\"object\":%s}".formatted(USER))));

        ((Reply.WebSocket) Masking.masked(socket, Secrecy.USERS)).handler().open(session);

        assertThat(Json.parse(session.messages.getFirst())
                        .at("/object/spec/email")
                        .asText())
                .isEqualTo("a@b");
        assertThat(session.messages.getFirst()).doesNotContain("HASH");
    }

    @Test
    void an_answer_in_another_form_is_not_shown() {
        var yaml = new Reply.Content(200, Headers.of("Content-Type", "application/yaml"), bytes("spec: HASH"));
        var packed = new Reply.Content(
                200, Headers.of("Content-Type", "application/json", "Content-Encoding", "gzip"), bytes("HASH"));
        var refusal = new Reply.Content(502, Headers.of("Content-Type", "text/html"), bytes("<p>down"));

        assertThat(((Reply.Content) Masking.masked(yaml, Secrecy.USERS)).status())
                .isEqualTo(500);
        assertThat(((Reply.Content) Masking.masked(packed, Secrecy.USERS)).status())
                .isEqualTo(500);
        assertThat(Masking.masked(refusal, Secrecy.USERS)).isSameAs(refusal);
    }

    private static final class Recorder implements StreamSink, WebSocketSession {
        private final List<String> messages = new ArrayList<>();

        @Override
        public void write(byte[] bytes) {
            messages.add(text(bytes));
        }

        @Override
        public void sendText(byte[] utf8) {
            messages.add(text(utf8));
        }

        @Override
        public void sendBinary(byte[] bytes) {
            messages.add(text(bytes));
        }

        @Override
        public long pendingBytes() {
            return 0;
        }

        @Override
        public boolean awaitRoom(long limitBytes, Duration deadline) {
            return true;
        }

        @Override
        public void end() {
            messages.add("end");
        }

        @Override
        public void abort() {
            messages.add("abort");
        }

        @Override
        public void pause() {
            messages.add("pause");
        }

        @Override
        public void resume() {
            messages.add("resume");
        }

        @Override
        public void onMessage(Consumer<byte[]> callback) {
            messages.add("onMessage");
        }

        @Override
        public void close(int code, String reason) {
            messages.add("close " + code);
        }

        @Override
        public void onClose(Runnable callback) {
            messages.add("onClose");
        }
    }
}
