package io.luban.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Finds out where a request comes from; believes headers only of proxies that are trusted. */
public final class SourceAddresses {
    private static final List<String> SINGLE_ADDRESS_HEADERS = List.of("x-client-ip", "X-Real-IP");

    private volatile List<AddressRange> trusted;

    /** Trusts proxies in the ranges, such as {@code 10.0.0.0/8}. */
    public SourceAddresses(List<String> trustedProxies) {
        trusted = parsed(trustedProxies);
    }

    /** Trusts other proxies from now on; throws {@link io.luban.model.ParseException} and changes nothing for a bad range. */
    public void trust(List<String> trustedProxies) {
        trusted = parsed(trustedProxies);
    }

    private static List<AddressRange> parsed(List<String> ranges) {
        return ranges.stream().map(AddressRange::parse).toList();
    }

    /** The client's address as text; the peer's own unless a trusted proxy names another. */
    public String of(Request request) {
        var peer = request.peer().getAddress();
        if (peer == null) {
            return "";
        }
        return (isTrusted(peer) ? named(request) : Optional.<InetAddress>empty())
                .map(SourceAddresses::text)
                .orElseGet(() -> text(peer));
    }

    /** Whether the request came through a proxy that is believed. */
    public boolean isTrusted(Request request) {
        var peer = request.peer().getAddress();
        return peer != null && isTrusted(peer);
    }

    private Optional<InetAddress> named(Request request) {
        for (var header : SINGLE_ADDRESS_HEADERS) {
            var address = request.header(header).flatMap(SourceAddresses::literal);
            if (address.isPresent()) {
                return address;
            }
        }
        var forwarded =
                String.join(",", request.headers().all("X-Forwarded-For")).split(",", -1);
        for (int i = forwarded.length - 1; i >= 0; i--) {
            var address = literal(forwarded[i]);
            if (address.isPresent() && !isTrusted(address.get())) {
                return address;
            }
        }
        return Optional.empty();
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text.trim()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String text(InetAddress address) {
        return address.isLoopbackAddress() ? "127.0.0.1" : address.getHostAddress();
    }
}
