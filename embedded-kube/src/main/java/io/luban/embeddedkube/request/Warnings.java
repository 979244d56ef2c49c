package io.luban.embeddedkube.request;

import io.luban.http.Headers;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Collects texts for {@code Warning} headers (RFC 7234 §5.5, code 299) of one answer. */
final class Warnings implements Consumer<String> {
    private static final int LIMIT = 4096;

    private final Set<String> texts = new LinkedHashSet<>();

    @Override
    public void accept(String text) {
        texts.add(text);
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    /** The headers with one more field per text, as long as they fit. */
    Headers addTo(Headers headers) {
        var builder = headers.toBuilder();
        int size = 0;
        for (var text : texts) {
            var value = "299 - \"" + escaped(text) + "\"";
            size += value.length();
            if (size > LIMIT) {
                break;
            }
            builder.add("Warning", value);
        }
        return builder.build();
    }

    private static String escaped(String text) {
        var result = new StringBuilder(text.length() + 8);
        text.chars().filter(c -> c >= ' ' && c != 127).forEach(c -> {
            if (c == '"' || c == '\\') {
                result.append('\\');
            }
            result.append((char) c);
        });
        return result.toString();
    }
}
