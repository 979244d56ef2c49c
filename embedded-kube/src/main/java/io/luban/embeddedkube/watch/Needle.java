package io.luban.embeddedkube.watch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A text member of JSON, looked for in encoded objects: who does not contain it need not be parsed to know that no field of
 * it has that value. Boyer–Moore–Horspool, so that long values are quicker to miss. Immutable.
 */
final class Needle {
    /** Encoded as they are, and never the printed form of a number or a truth value. */
    private static final Pattern PLAIN = Pattern.compile("[ !#-\\[\\]-~]+");

    private static final Pattern LITERAL = Pattern.compile("[-+0-9.eE]+|true|false");

    private final byte[] text;
    private final int[] skips = new int[256];

    private Needle(byte[] text) {
        this.text = text;
        Arrays.fill(skips, text.length);
        for (int i = 0; i < text.length - 1; i++) {
            skips[text[i] & 0xff] = text.length - 1 - i;
        }
    }

    /** The member, unless the value may be written in more than one way. */
    static Optional<Needle> of(String value) {
        boolean isUnique =
                PLAIN.matcher(value).matches() && !LITERAL.matcher(value).matches();
        return isUnique
                ? Optional.of(new Needle(('"' + value + '"').getBytes(StandardCharsets.US_ASCII)))
                : Optional.empty();
    }

    boolean isIn(byte[] json) {
        int last = text.length - 1;
        for (int end = last; end < json.length; end += skips[json[end] & 0xff]) {
            if (json[end] == text[last] && Arrays.equals(json, end - last, end, text, 0, last)) {
                return true;
            }
        }
        return false;
    }
}
