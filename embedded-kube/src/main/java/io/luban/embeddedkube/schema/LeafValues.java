package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.embeddedkube.schema.TypeDefinition.LeafType;
import io.luban.model.ApiException;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Quantity;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/** Reads leaves in every spelling that clients use and writes them in the one spelling that is stored. */
final class LeafValues {
    private final GroupVersionKind kind;

    LeafValues(GroupVersionKind kind) {
        this.kind = kind;
    }

    static JsonNode zero(LeafType type) {
        return switch (type) {
            case STRING, BYTES -> TextNode.valueOf("");
            case INT32, INT64, INT_OR_STRING, DOUBLE -> IntNode.valueOf(0);
            case BOOL -> BooleanNode.FALSE;
            case QUANTITY -> TextNode.valueOf("0");
            default -> NullNode.instance;
        };
    }

    JsonNode canonical(JsonNode value, LeafType type, TypeDefinition owner, Place place) {
        boolean fits = switch (type) {
            case STRING, BYTES, TIME, MICRO_TIME -> value.isTextual();
            case INT32 -> value.canConvertToInt() && value.isIntegralNumber();
            case INT64 -> value.canConvertToLong() && value.isIntegralNumber();
            case BOOL -> value.isBoolean();
            case DOUBLE -> value.isNumber();
            case INT_OR_STRING -> value.isTextual() || (value.isIntegralNumber() && value.canConvertToInt());
            case QUANTITY -> value.isTextual() || value.isNumber();
            case STRINGS -> isStrings(value);
            default -> true;
        };
        if (!fits) {
            throw mismatch(value, owner, place, type.goType());
        }
        try {
            return switch (type) {
                case BYTES -> TextNode.valueOf(base64(value.textValue()));
                case QUANTITY -> TextNode.valueOf(Quantity.parse(value.asText()).toString());
                case TIME -> TextNode.valueOf(seconds(instant(value.textValue())));
                case MICRO_TIME -> TextNode.valueOf(MicroTime.format(instant(value.textValue())));
                default -> value;
            };
        } catch (ParseException e) {
            throw refusal(String.valueOf(e.getMessage()));
        }
    }

    /** 400 in the words of Go's decoder. */
    ApiException mismatch(JsonNode value, TypeDefinition owner, Place place, String wanted) {
        var found = switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "bool";
            case NUMBER ->
                wanted.startsWith("int") && !wanted.startsWith("intstr") ? "number " + Json.text(value) : "number";
            case OBJECT -> "object";
            case STRING -> "string";
            default -> "null";
        };
        return refusal("json: cannot unmarshal %s into Go struct field %s.%s of type %s"
                .formatted(found, owner.simpleName(), place, wanted));
    }

    private ApiException refusal(String reason) {
        return ApiException.badRequest("%s in version \"%s\" cannot be handled as a %s: %s"
                .formatted(kind.kind(), kind.version(), kind.kind(), reason));
    }

    private static boolean isStrings(JsonNode value) {
        if (!(value instanceof ArrayNode list)) {
            return false;
        }
        for (var item : list) {
            if (!item.isTextual()) {
                return false;
            }
        }
        return true;
    }

    private static String base64(String text) {
        var plain = text.replace("\n", "").replace("\r", "");
        try {
            return Base64.getEncoder().encodeToString(Base64.getDecoder().decode(plain));
        } catch (IllegalArgumentException e) {
            throw new ParseException("illegal base64 data at input byte " + firstIllegal(plain));
        }
    }

    private static int firstIllegal(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean legal = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!legal && c != '+' && c != '/') {
                return i;
            }
        }
        return text.length();
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new ParseException(
                    "parsing time \"%s\" as \"2006-01-02T15:04:05Z07:00\": cannot parse it".formatted(text));
        }
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
