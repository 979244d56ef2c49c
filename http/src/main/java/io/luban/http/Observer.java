package io.luban.http;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who wants to know how an exchange ended.
 *
 * @param earlier who said so before, and is told first
 */
record Observer(@Nullable Observer earlier, Consumer<Reply.Completion> callback) {
    private static final Logger log = LoggerFactory.getLogger(Observer.class);

    /** Tells all; one that fails keeps nobody else from hearing it. */
    void tell(Reply.Completion completion) {
        if (earlier != null) {
            earlier.tell(completion);
        }
        try {
            callback.accept(completion);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("observer of an exchange failed");
        }
    }
}
