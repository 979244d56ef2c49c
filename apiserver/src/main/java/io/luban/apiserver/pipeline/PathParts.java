package io.luban.apiserver.pipeline;

/** The parts of a path between slashes, taken from the left; missing parts are {@code ""}. */
final class PathParts {
    private static final String[] NONE = {};

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
        parts = start == end ? NONE : split(path, start, end);
    }

    private static String[] split(String path, int start, int end) {
        int count = 1;
        for (int i = start; i < end; i++) {
            count += path.charAt(i) == '/' ? 1 : 0;
        }
        var parts = new String[count];
        int from = start;
        for (int i = 0; i < count; i++) {
            int slash = path.indexOf('/', from, end);
            int to = slash < 0 ? end : slash;
            parts[i] = path.substring(from, to);
            from = to + 1;
        }
        return parts;
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
