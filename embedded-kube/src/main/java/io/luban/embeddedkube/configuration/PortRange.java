package io.luban.embeddedkube.configuration;

import io.luban.model.ParseException;
import java.util.regex.Pattern;

/** TCP ports from {@code first} to {@code last}, both included. */
public record PortRange(int first, int last) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,5})-(\\d{1,5})");
    private static final int LARGEST = 65_535;

    /** Reads {@code 30000-32767}; throws {@link ParseException}. */
    public static PortRange parse(String text) {
        var found = TEXT.matcher(text);
        if (found.matches()) {
            var range = new PortRange(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2)));
            if (range.first > 0 && range.first <= range.last && range.last <= LARGEST) {
                return range;
            }
        }
        throw new ParseException("must be a range of ports such as 30000-32767");
    }

    /** Whether the port lies within the range. */
    public boolean contains(int port) {
        return port >= first && port <= last;
    }
}
