package io.luban.apiserver.tracing;

import java.util.Optional;
import java.util.regex.Pattern;

/** The header {@code traceparent} of W3C Trace Context, level 1. */
record TraceParent(String traceId, String spanId, boolean sampled) {
    static final String HEADER = "traceparent";
    static final String STATE = "tracestate";

    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_SPAN = "0".repeat(16);
    private static final int LONGEST = 256;
    private static final int HEXADECIMAL = 16;

    /** Nothing for a malformed header, which is to be ignored; later versions may have more at the end. */
    static Optional<TraceParent> parse(String header) {
        if (header.length() > LONGEST) {
            return Optional.empty();
        }
        var parts = FORM.matcher(header.strip());
        if (!parts.matches()
                || parts.group(1).equals("ff")
                || (parts.group(1).equals("00") && parts.group(5) != null)
                || parts.group(2).equals(NO_TRACE)
                || parts.group(3).equals(NO_SPAN)) {
            return Optional.empty();
        }
        boolean sampled = (Integer.parseInt(parts.group(4), HEXADECIMAL) & 1) == 1;
        return Optional.of(new TraceParent(parts.group(2), parts.group(3), sampled));
    }

    /** The header's value. */
    String text() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
