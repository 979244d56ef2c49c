package io.luban.http;

import io.luban.model.ParseException;
import java.net.InetAddress;
import java.util.Arrays;

/** A range of addresses in CIDR form. */
record AddressRange(byte[] network, int bits) {
    static AddressRange parse(String text) {
        try {
            int slash = text.indexOf('/');
            var network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash))
                    .getAddress();
            int bits = slash < 0 ? network.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > network.length * 8) {
                throw new ParseException("address range " + text + ": prefix length is out of range");
            }
            return new AddressRange(network, bits);
        } catch (IllegalArgumentException e) {
            throw new ParseException("address range " + text + ": " + e.getMessage());
        }
    }

    boolean contains(InetAddress address) {
        var candidate = address.getAddress();
        if (candidate.length != network.length) {
            return false;
        }
        int whole = bits / 8;
        if (!Arrays.equals(candidate, 0, whole, network, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        int mask = 0xff << (8 - rest) & 0xff;
        return rest == 0 || (candidate[whole] & mask) == (network[whole] & mask);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange that && bits == that.bits && Arrays.equals(network, that.network);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(network) * 31 + bits;
    }
}
