package io.luban.embeddedkube.schema;

import io.luban.embeddedkube.schema.TypeDefinition.Items;
import io.luban.embeddedkube.schema.TypeDefinition.Leaf;
import io.luban.embeddedkube.schema.TypeDefinition.Reference;
import io.luban.embeddedkube.schema.TypeDefinition.Shape;
import io.luban.embeddedkube.schema.TypeDefinition.Values;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Sorts problems the way Kubernetes finds them: in the order in which the types declare their members. */
final class FindingOrder {
    private final SchemaLibrary library;
    private final String root;

    FindingOrder(SchemaLibrary library, String root) {
        this.library = library;
        this.root = root;
    }

    /** Problems of one place keep their order. */
    List<StatusCause> sorted(List<StatusCause> causes) {
        if (causes.size() < 2) {
            return causes;
        }
        record Ranked(int[] rank, StatusCause cause) {}
        return causes.stream()
                .map(cause -> new Ranked(rank(cause.field()), cause))
                .sorted(Comparator.comparing(Ranked::rank, Arrays::compare))
                .map(Ranked::cause)
                .toList();
    }

    private int[] rank(String field) {
        var ranks = new ArrayList<Integer>();
        Optional<String> type = Optional.of(root);
        for (var step : field.split("\\.", -1)) {
            int bracket = step.indexOf('[');
            var name = bracket < 0 ? step : step.substring(0, bracket);
            if (type.isEmpty()) {
                break;
            }
            var members = library.jsonMembers(library.definition(type.get()));
            int position = 0;
            while (position < members.size() && !members.get(position).name().equals(name)) {
                position++;
            }
            ranks.add(position);
            ranks.add(index(step, bracket));
            type = position < members.size() ? typeOf(members.get(position).shape()) : Optional.empty();
        }
        return ranks.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int index(String step, int bracket) {
        var digits = bracket < 0 ? "" : step.substring(bracket).replaceAll("^\\[([0-9]{1,8})\\].*$", "$1");
        return digits.isEmpty() || !Character.isDigit(digits.charAt(0)) ? -1 : Integer.parseInt(digits);
    }

    private static Optional<String> typeOf(Shape shape) {
        return switch (shape) {
            case Leaf leaf -> Optional.empty();
            case Reference reference -> Optional.of(reference.type());
            case Items items -> typeOf(items.shape());
            case Values values -> Optional.empty();
        };
    }
}
