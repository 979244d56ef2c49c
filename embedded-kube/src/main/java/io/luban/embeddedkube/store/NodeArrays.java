package io.luban.embeddedkube.store;

import java.util.Arrays;

/** Copies of the arrays within tree nodes. */
final class NodeArrays {
    private NodeArrays() {}

    static <T> T[] inserted(T[] array, int index, T element) {
        var grown = Arrays.copyOf(array, array.length + 1);
        System.arraycopy(array, index, grown, index + 1, array.length - index);
        grown[index] = element;
        return grown;
    }

    static <T> T[] without(T[] array, int index) {
        var shorter = Arrays.copyOf(array, array.length - 1);
        System.arraycopy(array, index + 1, shorter, index, shorter.length - index);
        return shorter;
    }

    static <T> T[] concatenated(T[] left, T[] right) {
        var both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }

    /** Where to split; names that arrive in ascending order leave full nodes behind. */
    static int splitPoint(int length, int insertedAt) {
        return insertedAt == length - 1 ? length - 1 : length / 2;
    }
}
