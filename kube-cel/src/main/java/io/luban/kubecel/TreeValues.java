package io.luban.kubecel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import io.luban.embeddedkube.expression.Value;
import io.luban.embeddedkube.expression.ValueType;
import io.luban.model.GoDuration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;

/** Shows JSON as values of the language, by declared types; objects and arrays are views, nothing is copied. */
final class TreeValues {
    private TreeValues() {}

    /** The value of a variable. */
    static Object of(Value value, ValueType type) {
        return switch (value) {
            case Value.Tree tree -> of(tree.node(), type);
            case Value.Maybe maybe ->
                maybe.node().map(node -> of(node, type instanceof ValueType.Maybe wrapped ? wrapped.type() : type));
            case Value.Access access -> new AccessLibrary.Rights(access.authorizer(), access.user());
            case Value.RequestedAccess access ->
                new AccessLibrary.ResourceCheck(
                        new AccessLibrary.Rights(
                                access.access().authorizer(), access.access().user()),
                        access.group(),
                        access.resource(),
                        access.subresource(),
                        access.namespace(),
                        access.name());
            case Value.Results results -> new ResultMap(results.source());
        };
    }

    static Object of(JsonNode node, ValueType type) {
        if (node.isNull() || node.isMissingNode()) {
            return NullValue.NULL_VALUE;
        }
        if (node instanceof ArrayNode array && type instanceof ValueType.ListOf list) {
            return new TreeList(array, list);
        }
        if (node instanceof ObjectNode object
                && (type instanceof ValueType.MapOf || type instanceof ValueType.Struct)) {
            return new TreeMap(object, type);
        }
        return type instanceof ValueType.Scalar scalar ? scalar(node, scalar.kind()) : plain(node);
    }

    private static Object scalar(JsonNode node, ValueType.Kind kind) {
        return switch (kind) {
            case INT -> node.isNumber() ? (Object) node.longValue() : plain(node);
            case DOUBLE -> node.isNumber() ? (Object) node.doubleValue() : plain(node);
            case BYTES -> CelByteString.of(Base64.getDecoder().decode(node.asText()));
            case TIMESTAMP -> time(node.asText());
            case DURATION -> GoDuration.parse(node.asText());
            default -> plain(node);
        };
    }

    private static Object time(String text) {
        return text.indexOf('T') < 0 && text.indexOf('t') < 0
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : OffsetDateTime.parse(text).toInstant();
    }

    private static Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER ->
                node.isIntegralNumber() && node.canConvertToLong()
                        ? (Object) node.longValue()
                        : (Object) node.doubleValue();
            case ARRAY -> new TreeList((ArrayNode) node, TreeList.UNTYPED);
            case OBJECT -> new TreeMap((ObjectNode) node, TreeMap.UNTYPED);
            default -> NullValue.NULL_VALUE;
        };
    }
}
