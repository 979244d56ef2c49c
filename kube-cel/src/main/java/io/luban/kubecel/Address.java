package io.luban.kubecel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An IP address of either family. */
final class Address {
    private static final int SHORT = 4;
    private static final int LONG = 16;
    private final byte[] bytes;

    private Address(byte[] bytes) {
        this.bytes = bytes;
    }

    static Address of(byte[] bytes) {
        return new Address(bytes.clone());
    }

    static Address parse(String text) {
        return find(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "IP Address \"%s\" parse error during conversion from string: ParseAddr(\"%s\"): unable to parse IP"
                                .formatted(text, text)));
    }

    /** The address; empty for anything else, zones and IPv4 addresses within IPv6 included. */
    static Optional<Address> find(String text) {
        if (text.indexOf(':') >= 0) {
            return text.matches("[0-9A-Fa-f:.]+") && !text.contains(".") ? literal(text) : Optional.empty();
        }
        var parts = text.split("\\.", -1);
        var bytes = new byte[SHORT];
        if (parts.length != SHORT) {
            return Optional.empty();
        }
        for (int i = 0; i < SHORT; i++) {
            if (!parts[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(parts[i]) > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return Optional.of(new Address(bytes));
    }

    private static Optional<Address> literal(String text) {
        try {
            var bytes = InetAddress.ofLiteral(text).getAddress();
            return bytes.length == LONG ? Optional.of(new Address(bytes)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    byte[] bytes() {
        return bytes.clone();
    }

    int bits() {
        return bytes.length * 8;
    }

    long family() {
        return bytes.length == SHORT ? 4 : 6;
    }

    boolean isUnspecified() {
        return java().isAnyLocalAddress();
    }

    boolean isLoopback() {
        return java().isLoopbackAddress();
    }

    boolean isLinkLocalMulticast() {
        return bytes.length == SHORT
                ? (bytes[0] & 0xff) == 224 && bytes[1] == 0 && bytes[2] == 0
                : (bytes[0] & 0xff) == 0xff && (bytes[1] & 0x0f) == 2;
    }

    boolean isLinkLocalUnicast() {
        return java().isLinkLocalAddress();
    }

    boolean isGlobalUnicast() {
        boolean isBroadcast = bytes.length == SHORT && Arrays.equals(bytes, new byte[] {-1, -1, -1, -1});
        return !isBroadcast
                && !isUnspecified()
                && !isLoopback()
                && !java().isMulticastAddress()
                && !isLinkLocalUnicast();
    }

    private InetAddress java() {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    /** The canonical form: longest run of zeros left out, lower case. */
    @Override
    public String toString() {
        if (bytes.length == SHORT) {
            return IntStream.range(0, SHORT)
                    .mapToObj(i -> Integer.toString(bytes[i] & 0xff))
                    .collect(Collectors.joining("."));
        }
        var groups = IntStream.range(0, 8)
                .map(i -> (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff))
                .toArray();
        int begin = -1;
        int length = 1;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                begin = i;
                length = end - i;
            }
        }
        return begin < 0 ? hex(groups, 0, 8) : hex(groups, 0, begin) + "::" + hex(groups, begin + length, 8);
    }

    private static String hex(int[] groups, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> Integer.toHexString(groups[i]).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(":"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address address && Arrays.equals(bytes, address.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
