package io.luban.embeddedkube.expression;

import io.luban.embeddedkube.configuration.Expressions;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether and by what expressions are evaluated. The engine is looked for when the first expression is compiled, so that a
 * server without expressions never pays for it. Safe for use from any thread.
 */
public final class ExpressionSupport {
    private final Expressions mode;
    private final Supplier<Optional<ExpressionEngine>> source;
    private final ReentrantLock loading = new ReentrantLock();
    private final AtomicLong unenforced = new AtomicLong();
    private volatile @Nullable Loaded loaded;

    private record Loaded(Optional<ExpressionEngine> engine) {}

    private ExpressionSupport(Expressions mode, Supplier<Optional<ExpressionEngine>> source) {
        this.mode = mode;
        this.source = source;
    }

    /** Evaluates by the engine that is found on the class or module path. */
    public static ExpressionSupport of(Expressions mode) {
        return new ExpressionSupport(
                mode,
                () -> ServiceLoader.load(ExpressionEngine.class, ExpressionEngine.class.getClassLoader())
                        .findFirst());
    }

    /** Keeps expressions without evaluating any. */
    public static ExpressionSupport off() {
        return of(Expressions.OFF);
    }

    /** What evaluates; empty when there is nothing or it is switched off. */
    public Optional<ExpressionEngine> engine() {
        if (mode == Expressions.OFF) {
            return Optional.empty();
        }
        var known = loaded;
        return known == null ? load() : known.engine();
    }

    private Optional<ExpressionEngine> load() {
        loading.lock();
        try {
            var known = loaded;
            if (known == null) {
                known = new Loaded(source.get());
                loaded = known;
            }
            return known.engine();
        } finally {
            loading.unlock();
        }
    }

    /** Whether objects with expressions are refused while there is no engine. */
    public boolean isRequired() {
        return mode == Expressions.REQUIRED;
    }

    /** Notes that an object with expressions was accepted although nothing evaluates them. */
    public void noteUnenforced() {
        unenforced.incrementAndGet();
    }

    /** How often {@link #noteUnenforced} was called. */
    public long unenforcedCount() {
        return unenforced.get();
    }
}
