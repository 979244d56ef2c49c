package io.luban.embeddedkube.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.schema.TypeDefinition.LeafType;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/** The protobuf form of leaves; the counterpart of {@link LeafDecoder}. */
final class LeafEncoder {
    private LeafEncoder() {}

    static void encode(WireWriter out, int field, LeafType type, JsonNode value, MessageEncoder messages) {
        switch (type) {
            case STRING -> out.text(field, value.asText());
            case INT32, INT64 -> out.integer(field, value.asLong());
            case BOOL -> out.bool(field, value.asBoolean());
            case DOUBLE -> out.decimal(field, value.asDouble());
            case BYTES -> out.delimited(field, bytes(value));
            case QUANTITY -> out.message(field, onlyText(value.asText()));
            case TIME, MICRO_TIME -> out.message(field, time(value.asText(), type));
            case INT_OR_STRING -> out.message(field, intOrString(value));
            case RAW_JSON -> out.message(field, rawJson(value));
            case STRINGS -> out.message(field, strings(value));
            case SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_STRINGS ->
                out.message(field, messages.schemaOr(type, value));
        }
    }

    private static byte[] bytes(JsonNode value) {
        try {
            return Base64.getDecoder().decode(value.asText());
        } catch (IllegalArgumentException e) {
            throw new ParseException("protobuf: bytes that are not base64");
        }
    }

    private static WireWriter onlyText(String text) {
        var out = new WireWriter();
        out.text(1, text);
        return out;
    }

    private static WireWriter time(String text, LeafType type) {
        try {
            var instant = Instant.parse(text);
            var out = new WireWriter();
            out.integer(1, instant.getEpochSecond());
            out.integer(2, type == LeafType.TIME ? 0 : instant.getNano());
            return out;
        } catch (DateTimeException e) {
            throw new ParseException("protobuf: \"" + text + "\" is no time");
        }
    }

    private static WireWriter intOrString(JsonNode value) {
        var out = new WireWriter();
        out.integer(1, value.isTextual() ? 1 : 0);
        out.integer(2, value.isTextual() ? 0 : value.asLong());
        out.text(3, value.isTextual() ? value.asText() : "");
        return out;
    }

    private static WireWriter rawJson(JsonNode value) {
        var out = new WireWriter();
        out.delimited(1, Json.bytes(value));
        return out;
    }

    private static WireWriter strings(JsonNode values) {
        var out = new WireWriter();
        values.forEach(value -> out.text(1, value.asText()));
        return out;
    }
}
