package io.luban.apiserver.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What is particular about lists of one kind.
 *
 * @param shown takes out of an object what nobody may see; may change its argument
 * @param status the word that the filter and the order {@code status} go by; empty where the kind has none
 * @param filters conditions by their field, of the object and the value that was asked for
 */
public record KindRules(
        UnaryOperator<ObjectNode> shown,
        Optional<Function<JsonNode, String>> status,
        Map<String, BiPredicate<JsonNode, String>> filters) {
    /** Nothing particular. */
    public static final KindRules NONE = new KindRules(UnaryOperator.identity(), Optional.empty(), Map.of());

    /** Copies the filters. */
    public KindRules {
        filters = Map.copyOf(filters);
    }

    /** With something taken out of every object. */
    public KindRules showing(UnaryOperator<ObjectNode> edit) {
        return new KindRules(edit, status, filters);
    }

    /** With a word for the status. */
    public KindRules withStatus(Function<JsonNode, String> word) {
        return new KindRules(shown, Optional.of(word), filters);
    }

    /** With one more filter. */
    public KindRules filter(String field, BiPredicate<JsonNode, String> condition) {
        var more = new HashMap<>(filters);
        more.put(field, condition);
        return new KindRules(shown, status, more);
    }

    /** With a filter that asks for the text at a place such as {@code /spec/nodeName}. */
    public KindRules equality(String field, String place) {
        return filter(field, (object, value) -> object.at(place).asText("").equals(value));
    }
}
