package io.luban.apiserver.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.ApiException;
import io.luban.model.LabelSelector;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** Whether an object belongs to a {@link Selection}: every condition of it must hold. */
final class Matcher {
    private static final Set<String> BASE = Set.of(
            "names",
            ViewQuery.ONE_OF,
            ViewQuery.NONE_OF,
            "name",
            "nameAndAlias",
            "uid",
            "namespace",
            "ownerReference",
            ViewQuery.OWNERS,
            "ownerKind",
            "label",
            "annotation",
            "fieldSelector");

    private Matcher() {}

    /** The filters that mean something for a kind. */
    static Set<String> fields(KindRules rules) {
        var fields = new HashSet<>(BASE);
        fields.addAll(rules.filters().keySet());
        if (rules.status().isPresent()) {
            fields.add("status");
        }
        return Set.copyOf(fields);
    }

    /** The conditions of the selection; throws 400 for a selector that cannot be read. */
    static Predicate<ViewedObject> of(Selection selection, KindRules rules) {
        var conditions = new ArrayList<Predicate<ViewedObject>>();
        if (!selection.namespace().isEmpty()) {
            conditions.add(object -> object.name().namespace().equals(selection.namespace()));
        }
        if (!selection.labelSelector().isEmpty()) {
            conditions.add(labelled(selection.labelSelector()));
        }
        selection.filters().forEach((field, value) -> conditions.add(condition(rules, field, value)));
        return object -> conditions.stream().allMatch(condition -> condition.test(object));
    }

    private static Predicate<ViewedObject> condition(KindRules rules, String field, String value) {
        var own = rules.filters().get(field);
        if (own != null) {
            return object -> own.test(object.tree(), value);
        }
        return switch (field) {
            case "names", ViewQuery.ONE_OF -> {
                var names = Set.of(distinct(value));
                yield object -> names.contains(object.name().name());
            }
            case ViewQuery.NONE_OF -> {
                var names = Set.of(distinct(value));
                yield object -> !names.contains(object.name().name());
            }
            case "status" -> {
                var words = Arrays.asList(value.split("\\|", -1));
                yield object -> words.stream().anyMatch(object.status()::equalsIgnoreCase);
            }
            case "name", "nameAndAlias" -> named(value);
            case "uid" -> object -> object.uid().equals(value);
            case "namespace" -> object -> object.name().namespace().equals(value);
            case "ownerReference" -> owned("uid", Set.of(value));
            case ViewQuery.OWNERS -> owned("uid", Set.of(distinct(value)));
            case "ownerKind" -> owned("kind", Set.of(value));
            case "label" -> labelled(value);
            case "annotation" -> annotated(value);
            case "fieldSelector" -> fields(value);
            default -> object -> true;
        };
    }

    private static String[] distinct(String names) {
        return Arrays.stream(names.split(",", -1)).distinct().toArray(String[]::new);
    }

    private static Predicate<ViewedObject> named(String part) {
        var lower = part.toLowerCase(Locale.ROOT);
        return object -> object.name().name().contains(part)
                || (!object.alias().isEmpty()
                        && object.alias().toLowerCase(Locale.ROOT).contains(lower));
    }

    private static Predicate<ViewedObject> labelled(String selector) {
        var parsed = selector(selector);
        return object -> parsed.matches(object.labels());
    }

    private static Predicate<ViewedObject> annotated(String selector) {
        var parsed = selector(selector);
        return object ->
                parsed.matches(ViewedObject.texts(object.tree().path("metadata").path("annotations")));
    }

    private static LabelSelector selector(String text) {
        try {
            return LabelSelector.parse(text);
        } catch (ParseException e) {
            throw ApiException.badRequest("unable to parse the selector %s: %s".formatted(text, e.getMessage()));
        }
    }

    private static Predicate<ViewedObject> owned(String field, Set<String> values) {
        return object -> {
            for (var owner : object.tree().path("metadata").path("ownerReferences")) {
                if (values.contains(owner.path(field).asText(""))) {
                    return true;
                }
            }
            return false;
        };
    }

    /** One term of a field selector; the operator is the first of {@code !=}, {@code ==} and {@code =} in it. */
    private record Term(FieldPath path, boolean equal, String value) {
        boolean holds(JsonNode tree) {
            var text = path.text(tree);
            boolean same = value.startsWith("~") ? text.equalsIgnoreCase(value.substring(1)) : text.equals(value);
            return same == equal;
        }
    }

    /** A selector with an error matches nothing, as in the original. */
    private static Predicate<ViewedObject> fields(String selector) {
        var terms = new ArrayList<Term>();
        for (var text : selector.split(",", -1)) {
            int sign = text.indexOf('=');
            if (sign < 1) {
                return object -> false;
            }
            boolean different = text.charAt(sign - 1) == '!';
            boolean doubled = !different && text.startsWith("==", sign);
            var path = text.substring(0, different ? sign - 1 : sign);
            terms.add(new Term(new FieldPath(path), !different, text.substring(doubled ? sign + 2 : sign + 1)));
        }
        return object -> {
            var tree = object.tree();
            return terms.stream().allMatch(term -> term.holds(tree));
        };
    }
}
