package io.luban.embeddedkube.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.embeddedkube.schema.MicroTime;
import io.luban.embeddedkube.schema.TypeDefinition.LeafType;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/** The JSON form of leaves, several of which are small messages in protobuf. */
final class LeafDecoder {
    private LeafDecoder() {}

    /** The value, missing when the sender says that there is none. */
    static JsonNode decode(WireReader in, LeafType type, MessageDecoder messages) {
        return switch (type) {
            case STRING -> TextNode.valueOf(in.text());
            case INT32, INT64 -> number(in.integer(), type);
            case BOOL -> BooleanNode.valueOf(in.integer() != 0);
            case DOUBLE -> decimal(in.decimal());
            case BYTES -> TextNode.valueOf(Base64.getEncoder().encodeToString(in.delimited()));
            case QUANTITY -> TextNode.valueOf(onlyText(in.message()));
            case TIME, MICRO_TIME -> time(in.message(), type);
            case INT_OR_STRING -> intOrString(in.message());
            case RAW_JSON -> rawJson(in.message());
            case STRINGS -> strings(in.message());
            case SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_STRINGS -> messages.schemaOr(in.message(), type);
        };
    }

    /** The node that reading the same number from JSON would give, so that objects compare as equal. */
    static JsonNode number(long value, LeafType type) {
        return type == LeafType.INT32 || value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    private static JsonNode decimal(double value) {
        if (!Double.isFinite(value)) {
            throw new ParseException("protobuf: " + value + " has no JSON form");
        }
        return value == (long) value
                ? number((long) value, LeafType.INT64)
                : DecimalNode.valueOf(BigDecimal.valueOf(value));
    }

    static JsonNode zero(LeafType type) {
        return switch (type) {
            case STRING, BYTES -> TextNode.valueOf("");
            case INT32, INT64, DOUBLE, INT_OR_STRING -> IntNode.valueOf(0);
            case BOOL -> BooleanNode.FALSE;

            case QUANTITY -> TextNode.valueOf("0");
            case STRINGS -> Json.array();
            default -> NullNode.instance;
        };
    }

    private static String onlyText(WireReader in) {
        var text = "";
        while (in.next()) {
            if (in.field() == 1) {
                text = in.text();
            } else {
                in.skip();
            }
        }
        return text.isEmpty() ? "0" : text;
    }

    private static JsonNode time(WireReader in, LeafType type) {
        if (!in.hasMore()) {
            return MissingNode.getInstance();
        }
        long seconds = 0;
        long nanos = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> seconds = in.integer();
                case 2 -> nanos = in.integer();
                default -> in.skip();
            }
        }
        try {
            var instant = Instant.ofEpochSecond(seconds, type == LeafType.TIME ? 0 : nanos);
            return TextNode.valueOf(type == LeafType.TIME ? instant.toString() : MicroTime.format(instant));
        } catch (DateTimeException | ArithmeticException e) {
            throw new ParseException("protobuf: " + seconds + " seconds are no time");
        }
    }

    private static JsonNode intOrString(WireReader in) {
        long type = 0;
        long number = 0;
        var text = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> type = in.integer();
                case 2 -> number = in.integer();
                case 3 -> text = in.text();
                default -> in.skip();
            }
        }
        return type == 0 ? IntNode.valueOf((int) number) : TextNode.valueOf(text);
    }

    private static JsonNode rawJson(WireReader in) {
        var raw = new byte[0];
        while (in.next()) {
            if (in.field() == 1) {
                raw = in.delimited();
            } else {
                in.skip();
            }
        }
        if (raw.length == 0) {
            return MissingNode.getInstance();
        }
        return Json.parse(new String(raw, StandardCharsets.UTF_8));
    }

    private static JsonNode strings(WireReader in) {
        var list = Json.array();
        while (in.next()) {
            if (in.field() == 1) {
                list.add(in.text());
            } else {
                in.skip();
            }
        }
        return list;
    }
}
