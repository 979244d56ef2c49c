package io.luban.embeddedkube.admission;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Where plug-ins leave what others should hear about a request.
 *
 * @param warning takes texts for Warning headers
 * @param annotation takes keys and values for the annotations of the audit event; a key that stands there already stays
 */
public record Remarks(Consumer<String> warning, BiConsumer<String, String> annotation) {
    /** Nobody listens. */
    public static final Remarks UNHEARD = new Remarks(text -> {}, (key, value) -> {});

    /** Says something in a Warning header. */
    public void warn(String text) {
        warning.accept(text);
    }

    /** Says something in the audit event. */
    public void annotate(String key, String value) {
        annotation.accept(key, value);
    }
}
