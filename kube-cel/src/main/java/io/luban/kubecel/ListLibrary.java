package io.luban.kubecel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import java.time.Duration;
import java.util.List;

/** Order, sums and positions of lists. */
final class ListLibrary {
    private static final TypeParamType ITEM = TypeParamType.create("T");
    private static final ListType ITEMS = ListType.create(ITEM);

    private ListLibrary() {}

    static void addTo(Functions functions) {
        functions
                .member("isSorted", "list_is_sorted", SimpleType.BOOL, List.of(ITEMS), args -> isSorted(list(args[0])))
                .member("sum", "list_sum", ITEM, List.of(ITEMS), args -> sum(list(args[0])))
                .member("min", "list_min", ITEM, List.of(ITEMS), args -> extreme(list(args[0]), "min", -1))
                .member("max", "list_max", ITEM, List.of(ITEMS), args -> extreme(list(args[0]), "max", 1))
                .member("indexOf", "list_index_of", SimpleType.INT, List.of(ITEMS, ITEM), args -> {
                    var items = list(args[0]);
                    for (int i = 0; i < items.size(); i++) {
                        if (Equality.same(items.get(i), args[1])) {
                            return (long) i;
                        }
                    }
                    return -1L;
                })
                .member("lastIndexOf", "list_last_index_of", SimpleType.INT, List.of(ITEMS, ITEM), args -> {
                    var items = list(args[0]);
                    for (int i = items.size() - 1; i >= 0; i--) {
                        if (Equality.same(items.get(i), args[1])) {
                            return (long) i;
                        }
                    }
                    return -1L;
                });
    }

    private static List<?> list(Object value) {
        return (List<?>) value;
    }

    private static boolean isSorted(List<?> items) {
        for (int i = 1; i < items.size(); i++) {
            if (Equality.compare(items.get(i - 1), items.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object extreme(List<?> items, String function, int sign) {
        if (items.isEmpty()) {
            throw new IllegalArgumentException(function + " called on empty list");
        }
        Object best = items.getFirst();
        for (var item : items) {
            if (Equality.compare(item, best) * sign > 0) {
                best = item;
            }
        }
        return best;
    }

    private static Object sum(List<?> items) {
        Object sum = 0L;
        for (int i = 0; i < items.size(); i++) {
            var item = items.get(i);
            sum = i == 0 ? item : add(sum, item);
        }
        return sum;
    }

    private static Object add(Object one, Object other) {
        if (one instanceof Long a && other instanceof Long b) {
            return Math.addExact(a, b);
        }
        if (one instanceof Double a && other instanceof Double b) {
            return a + b;
        }
        if (one instanceof Duration a && other instanceof Duration b) {
            return a.plus(b);
        }
        if (one instanceof UnsignedLong a && other instanceof UnsignedLong b) {
            return a.plus(b);
        }
        throw new IllegalArgumentException("no such overload");
    }
}
