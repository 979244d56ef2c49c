package io.luban.embeddedkube.operation;

import io.luban.embeddedkube.admission.Remarks;
import java.util.function.Consumer;

/**
 * What create, update and patch take besides the object.
 *
 * @param fieldManager who owns the written fields; never empty
 * @param fieldValidation what happens to unknown and duplicate fields
 * @param dryRun everything but the commit
 * @param force server-side apply takes over conflicting fields
 * @param remarks takes what the client and the audit trail should hear
 */
public record WriteOptions(
        String fieldManager, FieldValidation fieldValidation, boolean dryRun, boolean force, Remarks remarks) {
    /** Values of the {@code fieldValidation} parameter. */
    public enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    /** The same with nobody but the client listening. */
    public WriteOptions(
            String fieldManager,
            FieldValidation fieldValidation,
            boolean dryRun,
            boolean force,
            Consumer<String> warning) {
        this(fieldManager, fieldValidation, dryRun, force, new Remarks(warning, (key, value) -> {}));
    }

    /** Takes texts for Warning headers. */
    public Consumer<String> warning() {
        return remarks.warning();
    }

    /** Options of the server's own controllers. */
    public static WriteOptions of(String fieldManager) {
        return new WriteOptions(fieldManager, FieldValidation.IGNORE, false, false, Remarks.UNHEARD);
    }
}
