package io.luban.apiserver.pipeline;

/** The parts of a path between slashes, taken from the left; missing parts are {@code ""}. */
final class PathParts {
    private final String[] parts;
    private int at;

    PathParts(String path) {
        int start = 0;
        int end = path.length();
        while (start < end && path.charAt(start) == '/') {
            start++;
        }
        while (end > start && path.charAt(end - 1) == '/') {
            end--;
        }
        parts = start == end ? new String[0] : path.substring(start, end).split("/", -1);
    }

    int left() {
        return parts.length - at;
    }

    String first() {
        return part(0);
    }

    String second() {
        return part(1);
    }

    String third() {
        return part(2);
    }

    String take() {
        var part = first();
        drop(1);
        return part;
    }

    void drop(int count) {
        at = Math.min(at + count, parts.length);
    }

    private String part(int offset) {
        return at + offset < parts.length ? parts[at + offset] : "";
    }
}
