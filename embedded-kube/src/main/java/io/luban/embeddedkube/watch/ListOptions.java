package io.luban.embeddedkube.watch;

import io.luban.http.Request;
import io.luban.model.FieldSelector;
import io.luban.model.LabelSelector;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Parameters of list, watch and deletecollection (meta/v1 ListOptions), checked.
 *
 * @param limit most items of a page, 0 for all
 * @param continueToken {@code ""} for a new list
 * @param revision parsed {@code resourceVersion}, empty when not given
 * @param match how the revision is meant
 * @param timeoutSeconds how long a watch lasts
 */
public record ListOptions(
        long limit,
        String continueToken,
        OptionalLong revision,
        Match match,
        Selectors selectors,
        OptionalLong timeoutSeconds,
        WatchFlags flags) {
    /** Values of {@code resourceVersionMatch}. */
    public enum Match {
        UNSET,
        EXACT,
        NOT_OLDER_THAN
    }

    /** Which objects are meant. */
    public record Selectors(LabelSelector labels, FieldSelector fields) {
        /** Whether no object is left out. */
        public boolean areEmpty() {
            return labels.isEverything() && fields.isEverything();
        }
    }

    /**
     * What matters to watches alone.
     *
     * @param sendInitialEvents empty when not given
     */
    public record WatchFlags(boolean isWatch, boolean allowsBookmarks, Optional<Boolean> sendInitialEvents) {}

    /**
     * Reads the parameters of a list; a watch when the request says so. Throws 400 and 422 {@link
     * io.luban.model.ApiException}s.
     */
    public static ListOptions parse(Request request) {
        return new OptionsParser(request).parse(isTrue(request.query("watch")));
    }

    /** Reads the parameters of a watch, whatever the parameter {@code watch} says; the path may have said it. */
    public static ListOptions parseWatch(Request request) {
        return new OptionsParser(request).parse(true);
    }

    /** A parameter that is present counts as true unless it says otherwise. */
    static boolean isTrue(Optional<String> parameter) {
        return parameter
                .filter(value -> !value.equals("0") && !value.equalsIgnoreCase("false"))
                .isPresent();
    }
}
