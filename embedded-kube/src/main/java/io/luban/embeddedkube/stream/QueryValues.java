package io.luban.embeddedkube.stream;

import io.luban.http.Request;
import io.luban.model.ApiException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Query parameters by type; a value that is none of the type is a 400. */
record QueryValues(Request request) {
    private static final List<String> YES = List.of("", "1", "t", "true");
    private static final List<String> NO = List.of("0", "f", "false");

    /** False when absent; a bare name means yes. */
    boolean bool(String name) {
        var value = request.query(name);
        return value.isPresent() && isYes(name, value.get());
    }

    void requireBoolean(String name) {
        request.query(name).ifPresent(value -> isYes(name, value));
    }

    private static boolean isYes(String name, String value) {
        var lower = value.toLowerCase(Locale.ROOT);
        if (!YES.contains(lower) && !NO.contains(lower)) {
            throw ApiException.badRequest("%s: \"%s\" is neither true nor false".formatted(name, value));
        }
        return YES.contains(lower);
    }

    OptionalLong number(String name) {
        var value = request.query(name);
        try {
            return value.isEmpty() || value.get().isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(value.get()));
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("%s: \"%s\" is no number".formatted(name, value.get()));
        }
    }

    List<String> all(String name) {
        return request.queryParameters().getOrDefault(name, List.of());
    }
}
