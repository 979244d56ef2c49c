package io.luban.embeddedkube.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.BuiltInRules;
import io.luban.embeddedkube.schema.SampleObjects;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.ApiException;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProtobufDecoderTest {
    private static final SchemaLibrary LIBRARY = SchemaLibrary.load();
    private static ReferenceEncoder encoder;
    private final ProtobufDecoder decoder = new ProtobufDecoder(LIBRARY);

    @BeforeAll
    static void readDescriptors() throws ReflectiveOperationException {
        encoder = new ReferenceEncoder(LIBRARY);
    }

    static Stream<GroupVersionKind> kinds() {
        return LIBRARY.kinds().stream().filter(kind -> !kind.group().equals("apiregistration.k8s.io"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void every_member_of_every_kind_arrives(GroupVersionKind kind) {
        var sample = new SampleObjects(LIBRARY).of(kind);

        var decoded = decoder.decode(encoded(sample));

        assertThat(decoded).isEqualTo(sample);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_decoded_object_is_in_canonical_form_but_for_order(GroupVersionKind kind) {
        var decoded = decoder.decode(encoded(new SampleObjects(LIBRARY).of(kind)));
        decoded.remove("stringData");
        var canonical = decoded.deepCopy();

        BuiltInRules.of(LIBRARY, kind).canonicalize(canonical, unknown -> {
            throw new AssertionError(unknown);
        });

        assertThat(canonical).isEqualTo(decoded);
    }

    @Test
    void zeros_count_only_where_they_are_values() {
        var decoded = decoder.decode(encoded("""
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","generateName":""},
                 "spec":{"replicas":0,"minReadySeconds":0,"paused":false}}"""));

        assertThat(Json.text(decoded))
                .isEqualTo("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\"},"
                        + "\"spec\":{\"replicas\":0}}");
    }

    @Test
    void an_empty_time_is_no_time() {
        // ObjectMeta with name "c" and an empty creationTimestamp message, as Go senders write it.
        var raw = HexFormat.of().parseHex("0a050a01634200");

        var decoded = decoder.decode(ReferenceEncoder.envelope("v1", "ConfigMap", raw));

        assertThat(Json.text(decoded))
                .isEqualTo("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"}}");
    }

    @Test
    void delete_options_come_in_the_group_of_the_resource() {
        var sent = Json.parseObject("""
                {"apiVersion":"meta.k8s.io/v1","kind":"DeleteOptions","propagationPolicy":"Background",
                 "gracePeriodSeconds":0}""".getBytes(StandardCharsets.UTF_8));
        var raw = encoder.message(sent, "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");

        for (var version : new String[] {"v1", "apps/v1", "example.io/v1alpha1"}) {
            var decoded = decoder.decode(ReferenceEncoder.envelope(version, "DeleteOptions", raw));

            assertThat(decoded.path("propagationPolicy").asText()).isEqualTo("Background");
            assertThat(decoded.path("gracePeriodSeconds").isIntegralNumber()).isTrue();
            assertThat(decoded.path("apiVersion").asText()).isEqualTo(version);
        }
    }

    @Test
    void a_kind_that_is_not_built_in_is_refused() {
        assertThatThrownBy(() -> decoder.decode(ReferenceEncoder.envelope("example.io/v1", "Foo", new byte[0])))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("no kind \"Foo\" is registered for version \"example.io/v1\"");
    }

    @Test
    void bytes_without_the_magic_are_refused() {
        assertThat(ProtobufDecoder.isProtobuf("{}".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThatThrownBy(() -> decoder.decode("{\"kind\":1}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void a_body_cut_anywhere_is_decoded_or_refused_but_never_fails_otherwise() {
        var body = encoded(new SampleObjects(LIBRARY).of(new GroupVersionKind("apps", "v1", "Deployment")));

        for (int length = 0; length < body.length; length++) {
            expectAnswerOrRefusal(Arrays.copyOf(body, length));
        }
    }

    @Test
    void damaged_bytes_are_decoded_or_refused_but_never_fail_otherwise() {
        var body = encoded(new SampleObjects(LIBRARY).of(new GroupVersionKind("", "v1", "Service")));

        for (int i = 4; i < body.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                var damaged = body.clone();
                damaged[i] ^= (byte) (1 << bit);
                expectAnswerOrRefusal(damaged);
            }
        }
    }

    @Test
    void nesting_is_bounded() {
        var schema = new byte[0];
        for (int depth = 0; depth < 200; depth++) {
            // JSONSchemaProps.not, field 28.
            schema = nested(28, schema);
        }
        var validation = nested(1, schema);
        var version = nested(4, validation);
        var raw = nested(2, nested(7, version));

        var body = ReferenceEncoder.envelope("apiextensions.k8s.io/v1", "CustomResourceDefinition", raw);

        assertThatThrownBy(() -> decoder.decode(body))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("nested deeper than 100");
    }

    private static byte[] nested(int field, byte[] message) {
        var out = new java.io.ByteArrayOutputStream();
        for (int value : new int[] {(field << 3) | 2, message.length}) {
            int rest = value;
            while (rest > 127) {
                out.write((rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            out.write(rest);
        }
        out.writeBytes(message);
        return out.toByteArray();
    }

    private void expectAnswerOrRefusal(byte[] body) {
        try {
            assertThat(decoder.decode(body)).isNotNull();
        } catch (ApiException e) {
            assertThat(e.code()).isEqualTo(400);
        }
    }

    private static byte[] encoded(String json) {
        return encoded(Json.parseObject(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] encoded(ObjectNode object) {
        var apiVersion = object.path("apiVersion").asText();
        var kind = object.path("kind").asText();
        var type = LIBRARY.typeName(GroupVersionKind.of(apiVersion, kind)).orElseThrow();
        return ReferenceEncoder.envelope(apiVersion, kind, encoder.message(object, type));
    }
}
