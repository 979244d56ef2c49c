package io.luban.embeddedkube.operation;

import io.luban.embeddedkube.store.StoreConflictException;
import io.luban.model.ApiException;
import java.util.function.Supplier;

/** Repeats read-modify-write cycles that lost a race against another write. */
final class Retries {
    private static final int ATTEMPTS = 50;

    private Retries() {}

    /** The first outcome that met no conflict; {@code exhausted} is thrown when every attempt did. */
    static <T> T onConflict(Supplier<T> attempt, Supplier<ApiException> exhausted) {
        int failures = 0;
        while (true) {
            try {
                return attempt.get();
            } catch (StoreConflictException e) {
                failures++;
                if (failures == ATTEMPTS) {
                    throw exhausted.get();
                }
            }
        }
    }
}
