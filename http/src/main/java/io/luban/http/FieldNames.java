package io.luban.http;

import io.netty.util.AsciiString;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Names of fields that most messages have, in the two spellings in which they come: they need not be made, checked and encoded
 * anew for every message. What is not among them is as good, only slower.
 */
final class FieldNames {
    private static final String[] COMMON = {
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Accept-Ranges",
        "Access-Control-Allow-Origin",
        "Age",
        "Allow",
        "Audit-Id",
        "Authorization",
        "Cache-Control",
        "Connection",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Language",
        "Content-Length",
        "Content-Security-Policy",
        "Content-Type",
        "Cookie",
        "Date",
        "ETag",
        "Expires",
        "Host",
        "If-Modified-Since",
        "If-None-Match",
        "Keep-Alive",
        "Last-Modified",
        "Link",
        "Location",
        "Origin",
        "Pragma",
        "Referer",
        "Retry-After",
        "Server",
        "Set-Cookie",
        "Strict-Transport-Security",
        "Transfer-Encoding",
        "Upgrade",
        "User-Agent",
        "Vary",
        "Via",
        "Warning",
        "X-Content-Type-Options",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Uri",
        "X-Frame-Options",
        "X-Kubernetes-PF-FlowSchema-UID",
        "X-Kubernetes-PF-PriorityLevel-UID",
        "X-Real-IP",
        "X-Remote-Group",
        "X-Remote-Uid",
        "X-Remote-User",
        "X-Request-Id"
    };

    private record Name(String text, AsciiString encoded) {}

    private static final int SLOT_BITS = 10;

    /** Spreads similar names over the slots: 2³² divided by the golden ratio. */
    private static final int SPREAD = 0x9E3779B9;

    private static final @Nullable Name[] NAMES = new @Nullable Name[1 << SLOT_BITS];

    static {
        for (var name : COMMON) {
            add(name);
            add(name.toLowerCase(Locale.ROOT));
        }
    }

    private FieldNames() {}

    /** Whether the name is one of these, and so may stand in a message. */
    static boolean isKnown(String name) {
        return known(name, 0, name.length()) != null;
    }

    /** The part of a text that is a name. */
    static String of(String text, int from, int to) {
        var known = known(text, from, to);
        return known == null ? text.substring(from, to) : known.text;
    }

    /** The bytes that stand for a name in a head. */
    static AsciiString encoded(String name) {
        var known = known(name, 0, name.length());
        return known == null ? ResponseFields.bytes(name) : known.encoded;
    }

    private static @Nullable Name known(String text, int from, int to) {
        if (from == to) {
            return null;
        }
        var name = NAMES[slot(text, from, to)];
        boolean isSame = name != null && name.text.length() == to - from && text.startsWith(name.text, from);
        return isSame ? name : null;
    }

    /** The first to come keeps its place. */
    private static void add(String name) {
        int slot = slot(name, 0, name.length());
        if (NAMES[slot] == null) {
            NAMES[slot] = new Name(name, ResponseFields.bytes(name));
        }
    }

    /** A multiplicative hash of the length, the first, the middle and the last character. */
    private static int slot(String text, int from, int to) {
        int hash = ((to - from) << 24)
                ^ (text.charAt(from) << 18)
                ^ (text.charAt((from + to) >>> 1) << 8)
                ^ text.charAt(to - 1);
        return (hash * SPREAD) >>> (Integer.SIZE - SLOT_BITS);
    }
}
