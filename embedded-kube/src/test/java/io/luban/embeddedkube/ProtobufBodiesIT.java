package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.protobuf.ProtobufDecoder;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.Json;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtobufBodiesIT {
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    /** v1 ConfigMap with name "c", an empty creation time and data a=1. */
    private static final String CONFIG_MAP =
            "6b387300" + "0a0f0a0276311209436f6e6669674d6170" + "120f" + "0a050a01634200" + "12060a0161120131";

    @TempDir
    Path directory;

    @Test
    void objects_are_created_from_protobuf_and_answered_as_json() {
        try (var cluster = TestCluster.start(directory)) {
            var answer = cluster.send(protobuf(cluster, CONFIG_MAP));

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            var object = Json.parseObject(answer.body().getBytes(StandardCharsets.UTF_8));
            assertThat(object.path("metadata").path("name").asText()).isEqualTo("c");
            assertThat(object.path("data").path("a").asText()).isEqualTo("1");
        }
    }

    @Test
    void a_damaged_body_is_a_bad_request() {
        try (var cluster = TestCluster.start(directory)) {
            var answer = cluster.send(protobuf(cluster, CONFIG_MAP.substring(0, CONFIG_MAP.length() - 4)));

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("the message ends within a field");
        }
    }

    @Test
    void a_client_that_accepts_protobuf_alone_gets_it() throws Exception {
        try (var cluster = TestCluster.start(directory)) {
            var decoder = new ProtobufDecoder(SchemaLibrary.load());
            var created = raw(cluster, protobuf(cluster, CONFIG_MAP).setHeader("Accept", PROTOBUF));
            assertThat(created.statusCode()).isEqualTo(201);
            assertThat(created.headers().firstValue("Content-Type")).contains(PROTOBUF);
            assertThat(decoder.decode(created.body()).at("/data/a").asText()).isEqualTo("1");

            var list = raw(cluster, cluster.request(CONFIG_MAPS).header("Accept", PROTOBUF));
            assertThat(list.headers().firstValue("Content-Type")).contains(PROTOBUF);
            assertThat(ProtobufDecoder.isProtobuf(list.body())).isTrue();

            var watch = raw(
                    cluster,
                    cluster.request(CONFIG_MAPS + "?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dc")
                            .header("Accept", PROTOBUF + ";stream=watch"));
            assertThat(watch.headers().firstValue("Content-Type")).contains(PROTOBUF + ";stream=watch");
            assertThat(ByteBuffer.wrap(watch.body()).getInt()).isEqualTo(watch.body().length - Integer.BYTES);
        }
    }

    private static HttpResponse<byte[]> raw(TestCluster cluster, HttpRequest.Builder request) throws Exception {
        return cluster.admin().send(request.build(), BodyHandlers.ofByteArray());
    }

    private static HttpRequest.Builder protobuf(TestCluster cluster, String hex) {
        return cluster.request(CONFIG_MAPS)
                .header("Content-Type", "application/vnd.kubernetes.protobuf")
                .header("Accept", "application/vnd.kubernetes.protobuf,application/json")
                .POST(BodyPublishers.ofByteArray(HexFormat.of().parseHex(hex)));
    }
}
