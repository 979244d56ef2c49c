package io.luban.kube;

import java.util.Optional;

/** Hears of every change in a {@link ProjectedCache}, in order, on the cache's own thread; must not block for long. */
@FunctionalInterface
public interface CacheListener<T> {
    /** Reports what was known before and what is known now; at least one of the two is present. */
    void changed(ObjectName name, Optional<T> before, Optional<T> after);
}
