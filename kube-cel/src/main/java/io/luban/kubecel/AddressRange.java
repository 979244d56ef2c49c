package io.luban.kubecel;

import java.util.Optional;

/** A range of IP addresses, with the address it was written with. */
record AddressRange(Address address, int prefix) {
    static AddressRange parse(String text) {
        return find(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "network address parse error during conversion from string: netip.ParsePrefix(\"%s\"): invalid CIDR"
                                .formatted(text)));
    }

    static Optional<AddressRange> find(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return Address.find(text.substring(0, slash))
                .filter(address -> prefix <= address.bits())
                .map(address -> new AddressRange(address, prefix));
    }

    boolean contains(Address other) {
        return other.bits() == address.bits() && masked(other).equals(masked(address));
    }

    boolean contains(AddressRange other) {
        return other.prefix() >= prefix && contains(other.address());
    }

    AddressRange masked() {
        return new AddressRange(masked(address), prefix);
    }

    private Address masked(Address wanted) {
        var bytes = wanted.bytes();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return Address.of(bytes);
    }

    @Override
    public String toString() {
        return address + "/" + prefix;
    }
}
