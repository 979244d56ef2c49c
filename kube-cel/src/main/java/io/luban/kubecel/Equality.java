package io.luban.kubecel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import io.luban.embeddedkube.expression.ValueType.ListKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Equality, order and addition of values: numbers compare by amount, lists by the way their items are identified.
 */
final class Equality {
    private Equality() {}

    static boolean same(Object one, Object other) {
        if (one instanceof Number a && other instanceof Number b) {
            return isComparable(a) && isComparable(b) && compareNumbers(a, b) == 0;
        }
        if (one instanceof List<?> a && other instanceof List<?> b) {
            return a.size() == b.size() && (sameItems(a, b) || sameInAnyOrder(a, b));
        }
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            return a.size() == b.size()
                    && a.entrySet().stream().allMatch(entry -> b.containsKey(entry.getKey()) && isAt(b, entry));
        }
        return one.equals(other);
    }

    private static boolean isAt(Map<?, ?> map, Map.Entry<?, ?> entry) {
        var found = map.get(entry.getKey());
        return found != null && same(entry.getValue(), found);
    }

    private static boolean sameItems(List<?> one, List<?> other) {
        for (int i = 0; i < one.size(); i++) {
            if (!same(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameInAnyOrder(List<?> one, List<?> other) {
        if (!isUnordered(one) && !isUnordered(other)) {
            return false;
        }
        var left = new ArrayList<Object>(other);
        for (var item : one) {
            int found = position(left, item);
            if (found < 0) {
                return false;
            }
            left.remove(found);
        }
        return true;
    }

    private static int position(List<?> items, Object wanted) {
        for (int i = 0; i < items.size(); i++) {
            if (same(items.get(i), wanted)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isUnordered(List<?> list) {
        return list instanceof TreeList tree && tree.type().kind() != ListKind.ATOMIC;
    }

    /** The items of both; sets keep one of equal items, maps take the later of items with the same keys. */
    static Object concat(Object one, Object other) {
        var items = new ArrayList<Object>((List<?>) one);
        if (!(one instanceof TreeList tree) || tree.type().kind() == ListKind.ATOMIC) {
            items.addAll((List<?>) other);
            return items;
        }
        for (var item : (List<?>) other) {
            int found = tree.type().kind() == ListKind.SET ? position(items, item) : keyed(items, item, tree);
            if (found < 0) {
                items.add(item);
            } else {
                items.set(found, item);
            }
        }
        return items;
    }

    private static int keyed(List<?> items, Object wanted, TreeList tree) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Map<?, ?> a && wanted instanceof Map<?, ?> b && sameKeys(a, b, tree)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean sameKeys(Map<?, ?> one, Map<?, ?> other, TreeList tree) {
        for (var key : tree.type().keys()) {
            var a = one.get(FieldNames.escaped(key));
            var b = other.get(FieldNames.escaped(key));
            if (a == null ? b != null : b == null || !same(a, b)) {
                return false;
            }
        }
        return true;
    }

    static int compare(Object one, Object other) {
        if (one instanceof Number a && other instanceof Number b) {
            return compareNumbers(a, b);
        }
        if (one instanceof String a && other instanceof String b) {
            return Integer.signum(a.compareTo(b));
        }
        if (one instanceof Boolean a && other instanceof Boolean b) {
            return a.compareTo(b);
        }
        if (one instanceof Instant a && other instanceof Instant b) {
            return a.compareTo(b);
        }
        if (one instanceof Duration a && other instanceof Duration b) {
            return a.compareTo(b);
        }
        if (one instanceof CelByteString a && other instanceof CelByteString b) {
            return a.toStringUtf8().compareTo(b.toStringUtf8());
        }
        throw new IllegalArgumentException("no such overload");
    }

    private static boolean isComparable(Number number) {
        return !(number instanceof Double value) || !Double.isNaN(value);
    }

    private static int compareNumbers(Number one, Number other) {
        if (one instanceof Long a && other instanceof Long b) {
            return Long.compare(a, b);
        }
        if (isInfinite(one) || isInfinite(other)) {
            return Double.compare(one.doubleValue(), other.doubleValue());
        }
        return exact(one).compareTo(exact(other));
    }

    private static boolean isInfinite(Number number) {
        return number instanceof Double value && !Double.isFinite(value);
    }

    private static BigDecimal exact(Number number) {
        return switch (number) {
            case Double value -> new BigDecimal(value);
            case UnsignedLong value -> new BigDecimal(value.bigIntegerValue());
            default -> BigDecimal.valueOf(number.longValue());
        };
    }
}
