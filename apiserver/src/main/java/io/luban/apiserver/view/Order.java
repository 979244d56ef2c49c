package io.luban.apiserver.view;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a list is sorted by.
 *
 * @param path the field, for {@link By#FIELD} alone
 */
public record Order(By by, String path) {
    /** The ways to sort. */
    public enum By {
        /** Creation. */
        AGE,
        /** Name. */
        NAME,
        /** The latest time that a condition tells. */
        UPDATE,
        /** When a pod began to run. */
        START,
        /** The kind's word for the status. */
        STATUS,
        /** A field of the object. */
        FIELD
    }

    /** Reads {@code sortBy}; names that mean nothing sort by age. */
    public static Order of(String word) {
        return switch (word) {
            case "name" -> new Order(By.NAME, "");
            case "updateTime", "lastUpdateTimestamp" -> new Order(By.UPDATE, "");
            case "startTime" -> new Order(By.START, "");
            case "status" -> new Order(By.STATUS, "");
            default -> word.contains(".") ? new Order(By.FIELD, word) : new Order(By.AGE, "");
        };
    }

    /** The objects in this order, given in the order of their age; empty where that is the order already. */
    Optional<List<ViewedObject>> sorted(List<ViewedObject> objects) {
        return switch (by) {
            case AGE, NAME -> Optional.empty();
            case UPDATE -> Optional.of(sorted(objects, ViewedObject::updated));
            case START -> Optional.of(sorted(objects, ViewedObject::started));
            case STATUS -> Optional.of(sorted(objects, ViewedObject::status));
            case FIELD -> {
                var field = new FieldPath(path);
                yield Optional.of(sorted(objects, object -> field.text(object.tree())));
            }
        };
    }

    /** Each key is read once. */
    private static List<ViewedObject> sorted(List<ViewedObject> objects, Function<ViewedObject, String> key) {
        record Keyed(String key, ViewedObject object) {}
        return objects.stream()
                .map(object -> new Keyed(key.apply(object), object))
                .sorted(Comparator.comparing(Keyed::key)
                        .thenComparing(keyed -> keyed.object().position(), Position.BY_NAME))
                .map(Keyed::object)
                .toList();
    }
}
