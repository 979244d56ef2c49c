package io.luban.embeddedkube.stream;

import io.luban.http.Request;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * How channels share a WebSocket: the first byte (or the first character, where the rest is base64) names the channel.
 *
 * @param name sub-protocol, empty for clients that name none
 * @param isText whether frames are text with base64 inside
 * @param hasStatus whether the error channel ends with a Status object
 * @param hasClose whether the client can end a channel
 */
record ChannelProtocol(String name, boolean isText, boolean hasStatus, boolean hasClose) {
    private static final List<ChannelProtocol> KNOWN = List.of(
            new ChannelProtocol("v5.channel.k8s.io", false, true, true),
            new ChannelProtocol("v5.base64.channel.k8s.io", true, true, true),
            new ChannelProtocol("v4.channel.k8s.io", false, true, false),
            new ChannelProtocol("v4.base64.channel.k8s.io", true, true, false),
            new ChannelProtocol("channel.k8s.io", false, false, false),
            new ChannelProtocol("base64.channel.k8s.io", true, false, false));
    private static final ChannelProtocol UNNAMED = new ChannelProtocol("", false, false, false);
    private static final String TOKEN = "base64url.bearer.authorization.k8s.io.";

    /** What the client asks for, tokens left out. */
    static List<String> offered(Request request) {
        return request.headers().all("Sec-WebSocket-Protocol").stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .filter(name -> !name.isEmpty() && !name.startsWith(TOKEN))
                .toList();
    }

    /** The first offered protocol that is spoken here; empty when the client asks for others only. */
    static Optional<ChannelProtocol> of(Request request) {
        var offered = offered(request);
        if (offered.isEmpty()) {
            return Optional.of(UNNAMED);
        }
        for (var name : offered) {
            for (var known : KNOWN) {
                if (known.name.equals(name)) {
                    return Optional.of(known);
                }
            }
        }
        return Optional.empty();
    }

    /** Payload of a message. */
    byte[] payload(byte[] message) {
        var rest = Arrays.copyOfRange(message, 1, message.length);
        return isText ? Base64.getDecoder().decode(rest) : rest;
    }

    /** Channel of a message that is not empty. */
    int channel(byte[] message) {
        return isText ? message[0] - '0' : message[0] & 0xff;
    }

    /** A message for a channel. */
    byte[] message(int channel, byte[] bytes, int at, int length) {
        if (isText) {
            var encoded = Base64.getEncoder().encode(Arrays.copyOfRange(bytes, at, at + length));
            return joined((byte) ('0' + channel), encoded, 0, encoded.length);
        }
        return joined((byte) channel, bytes, at, length);
    }

    private static byte[] joined(byte first, byte[] bytes, int at, int length) {
        var message = new byte[length + 1];
        message[0] = first;
        System.arraycopy(bytes, at, message, 1, length);
        return message;
    }
}
