package io.luban.embeddedkube.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.SampleObjects;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProtobufEncoderTest {
    private static final SchemaLibrary LIBRARY = SchemaLibrary.load();

    private final ProtobufEncoder encoder = new ProtobufEncoder(LIBRARY);
    private final ProtobufDecoder decoder = new ProtobufDecoder(LIBRARY);

    static Stream<GroupVersionKind> kinds() {
        return LIBRARY.kinds().stream().filter(kind -> !kind.group().equals("apiregistration.k8s.io"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void every_member_of_every_kind_comes_back(GroupVersionKind kind) {
        var sample = new SampleObjects(LIBRARY).of(kind);

        var decoded = decoder.decode(encoder.encode(sample).orElseThrow());

        assertThat(decoded).isEqualTo(sample);
    }

    @Test
    void an_object_has_the_bytes_that_clients_written_in_go_expect() {
        var bytes = encoder.encode(object("""
                        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"1"}}"""));

        assertThat(HexFormat.of().formatHex(bytes.orElseThrow()))
                .isEqualTo(
                        "6b387300" + "0a0f0a0276311209436f6e6669674d6170" + "120d" + "0a030a0163" + "12060a0161120131");
    }

    @Test
    void a_list_keeps_its_metadata_and_items() {
        var bytes = encoder.encode(object("""
                        {"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"7"},
                         "items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}""")).orElseThrow();

        var envelope = new WireReader(bytes, 4);
        envelope.next();
        envelope.skip();
        envelope.next();
        var list = envelope.message();
        list.next();
        assertThat(list.field()).isEqualTo(1);
        var metadata = list.message();
        metadata.next();
        assertThat(metadata.field()).isEqualTo(2);
        assertThat(metadata.text()).isEqualTo("7");
        int items = 0;
        while (list.next()) {
            assertThat(list.field()).isEqualTo(2);
            list.skip();
            items++;
        }
        assertThat(items).isEqualTo(2);
    }

    @Test
    void a_frame_has_its_length_in_front_and_an_enveloped_object_inside() {
        var bytes = encoder.frame(object("""
                        {"type":"ADDED","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}}""")).orElseThrow();

        assertThat(ByteBuffer.wrap(bytes).getInt()).isEqualTo(bytes.length - Integer.BYTES);
        var event = new WireReader(bytes, Integer.BYTES);
        event.next();
        assertThat(event.text()).isEqualTo("ADDED");
        event.next();
        var raw = event.message();
        raw.next();
        assertThat(decoder.decode(raw.delimited()).at("/metadata/name").asText())
                .isEqualTo("c");
    }

    @Test
    void errors_within_a_watch_are_statuses() {
        assertThat(encoder.frame(object("""
                        {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"code":410}}"""))).isPresent();
    }

    @Test
    void kinds_of_others_have_no_protobuf_form() {
        assertThat(encoder.encode(object("{\"apiVersion\":\"example.org/v1\",\"kind\":\"Thing\"}")))
                .isEmpty();
    }

    private static ObjectNode object(String json) {
        return Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
    }
}
