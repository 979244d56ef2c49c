package io.luban.embeddedkube.store;

/**
 * Order of the objects of one resource: that of the text {@code namespace/name}, so that {@code a-b/x} comes before
 * {@code a/x}, as clients see it on Kubernetes. Cluster-scoped names stand alone.
 */
final class KeyOrder {
    private KeyOrder() {}

    /** Compares two keys of the same resource without building their text. */
    static int compare(ObjectKey left, ObjectKey right) {
        return compare(left.namespace(), left.name(), right);
    }

    static int compare(String namespace, String name, ObjectKey right) {
        var otherNamespace = right.namespace();
        if (namespace.equals(otherNamespace)) {
            return name.compareTo(right.name());
        }
        int shared = Math.min(namespace.length(), otherNamespace.length());
        for (int i = 0; i < shared; i++) {
            int difference = namespace.charAt(i) - otherNamespace.charAt(i);
            if (difference != 0) {
                return difference;
            }
        }
        return namespace.length() < otherNamespace.length()
                ? '/' - otherNamespace.charAt(shared)
                : namespace.charAt(shared) - '/';
    }
}
