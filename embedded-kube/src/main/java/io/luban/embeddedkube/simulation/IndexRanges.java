package io.luban.embeddedkube.simulation;

import java.util.NavigableSet;
import java.util.StringJoiner;
import java.util.TreeSet;

/** Sets of indexes in the short form of Jobs: {@code 0-2,5}. */
final class IndexRanges {
    private IndexRanges() {}

    static NavigableSet<Integer> parse(String text) {
        var result = new TreeSet<Integer>();
        if (text.isEmpty()) {
            return result;
        }
        for (var part : text.split(",", -1)) {
            var ends = part.split("-", -1);
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int i = first; i <= last; i++) {
                result.add(i);
            }
        }
        return result;
    }

    static String format(NavigableSet<Integer> indexes) {
        var text = new StringJoiner(",");
        int first = -1;
        int last = -1;
        for (int index : indexes) {
            if (first >= 0 && index != last + 1) {
                text.add(range(first, last));
                first = index;
            }
            first = first < 0 ? index : first;
            last = index;
        }
        if (first >= 0) {
            text.add(range(first, last));
        }
        return text.toString();
    }

    private static String range(int first, int last) {
        return first == last ? Integer.toString(first) : last == first + 1 ? first + "," + last : first + "-" + last;
    }
}
