package io.luban.embeddedkube.network;

/**
 * An IPv4 range such as {@code 10.96.0.0/16} from which Services and pods get their addresses.
 *
 * @param base lowest address
 * @param size number of addresses
 */
public record AddressRange(int base, long size) {
    /** Reads CIDR notation; throws {@link IllegalArgumentException} naming the text. */
    public static AddressRange parse(String cidr) {
        int slash = cidr.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("address range \"" + cidr + "\": must look like 10.96.0.0/16");
        }
        int prefix = Integer.parseInt(cidr.substring(slash + 1));
        if (prefix < 8 || prefix > 30) {
            throw new IllegalArgumentException("address range \"" + cidr + "\": prefix must be between 8 and 30");
        }
        long size = 1L << (32 - prefix);
        int mask = (int) -size;
        return new AddressRange(address(cidr.substring(0, slash)) & mask, size);
    }

    /** The number behind a dotted address; throws {@link IllegalArgumentException}. */
    public static int address(String dotted) {
        var parts = dotted.split("\\.", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("address \"" + dotted + "\": must have four parts");
        }
        int result = 0;
        for (var part : parts) {
            int number = part.length() <= 3 && !part.isEmpty() ? Integer.parseInt(part) : -1;
            if (number < 0 || number > 255) {
                throw new IllegalArgumentException("address \"" + dotted + "\": parts must be between 0 and 255");
            }
            result = result << 8 | number;
        }
        return result;
    }

    /** The first usable address, which the API server's own Service takes. */
    public String first() {
        return at(1);
    }

    /** The address at an offset from the base. */
    public String at(long offset) {
        int value = (int) (base + offset);
        return (value >>> 24) + "." + (value >>> 16 & 255) + "." + (value >>> 8 & 255) + "." + (value & 255);
    }

    /** Whether the address lies within the range and is neither its first nor its last one. */
    public boolean contains(int address) {
        long offset = Integer.toUnsignedLong(address) - Integer.toUnsignedLong(base);
        return offset > 0 && offset < size - 1;
    }
}
