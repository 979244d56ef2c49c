package io.luban.embeddedkube.operation;

import java.util.function.Consumer;

/**
 * What create, update and patch take besides the object.
 *
 * @param fieldManager who owns the written fields; never empty
 * @param fieldValidation what happens to unknown and duplicate fields
 * @param dryRun everything but the commit
 * @param force server-side apply takes over conflicting fields
 * @param warning takes texts for Warning headers
 */
public record WriteOptions(
        String fieldManager, FieldValidation fieldValidation, boolean dryRun, boolean force, Consumer<String> warning) {
    /** Values of the {@code fieldValidation} parameter. */
    public enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    /** Options of the server's own controllers. */
    public static WriteOptions of(String fieldManager) {
        return new WriteOptions(fieldManager, FieldValidation.IGNORE, false, false, text -> {});
    }
}
