package io.luban.http;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Long header values that have come before, such as bearer tokens: each is checked character by character only once, and
 * equal ones become one string, which knows its hash. A newcomer takes the place of an older value. Confined to one event
 * loop; holds at most 2 MB.
 */
final class KnownValues {
    private static final int SLOTS = 1024;
    private static final int SHORTEST = 64;
    private static final int LONGEST = 2048;

    private final @Nullable String[] slots = new @Nullable String[SLOTS];
    private final BiConsumer<CharSequence, CharSequence> fieldRule = this::requireField;

    /** A string equal to the value if that may stand in a header block; {@code null} otherwise. */
    @Nullable String checked(String value) {
        if (value.length() < SHORTEST || value.length() > LONGEST) {
            return Fields.isValue(value) ? value : null;
        }
        int slot = slot(value);
        var known = slots[slot];
        if (value.equals(known)) {
            return known;
        }
        if (!Fields.isValue(value)) {
            return null;
        }
        slots[slot] = value;
        return value;
    }

    /** Whether the value may stand in a header block. */
    boolean isValue(String value) {
        return checked(value) != null;
    }

    /** Throws {@link IllegalArgumentException} for a field that may not stand in a header block. */
    BiConsumer<CharSequence, CharSequence> fieldRule() {
        return fieldRule;
    }

    private void requireField(CharSequence name, CharSequence value) {
        if (!Fields.isToken(name.toString()) || !isValue(value.toString())) {
            throw new IllegalArgumentException("malformed header field");
        }
    }

    /** By the last characters: tokens differ there, as their signatures stand at the end. */
    private static int slot(String value) {
        int hash = value.length();
        for (int i = value.length() - 8; i < value.length(); i++) {
            hash = 31 * hash + value.charAt(i);
        }
        return (hash ^ hash >>> 10) & SLOTS - 1;
    }
}
