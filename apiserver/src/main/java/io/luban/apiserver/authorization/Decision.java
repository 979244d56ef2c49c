package io.luban.apiserver.authorization;

import java.util.function.Supplier;

/**
 * Outcome of a check. There is no denial: rights only add up.
 *
 * @param allowed whether somebody allowed it
 * @param explanation made only when somebody asks, because most requests are allowed and nobody does
 */
public record Decision(boolean allowed, Supplier<String> explanation) {
    /** Nothing allows it. */
    public static final Decision NO_OPINION = new Decision(false, () -> "");

    /** Allowed without a reason worth telling. */
    public static final Decision ALLOWED = new Decision(true, () -> "");

    static Decision refused(String reason) {
        return new Decision(false, () -> reason);
    }

    /** Which binding allowed it, or why nobody could; may be empty. */
    public String reason() {
        return explanation.get();
    }
}
