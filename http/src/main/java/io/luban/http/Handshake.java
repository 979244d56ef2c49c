package io.luban.http;

import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The opening handshake of a WebSocket on the server's side (RFC 6455 §4.2). */
final class Handshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Handshake() {}

    /** The key of a request that asks for a WebSocket of the version that is spoken here; else empty. */
    static String key(Exchange exchange) {
        var wire = exchange.wire();
        var upgrade = wire.getHeader("Upgrade");
        var connection = String.join(",", wire.headers().getAll("Connection"));
        var key = wire.getHeader("Sec-WebSocket-Key");
        boolean asked = exchange.isUpgradable()
                && wire.method().equals(HttpMethod.GET)
                && upgrade != null
                && Fields.hasToken(upgrade, "websocket")
                && Fields.hasToken(connection, "upgrade")
                && "13".equals(wire.getHeader("Sec-WebSocket-Version"));
        return asked && key != null ? key : "";
    }

    /** The accepting answer with the fields of the reply, among them the chosen sub-protocol. */
    static ResponseHead accept(String key, Headers headers) {
        var fields = headers.toBuilder()
                .remove("Content-Length")
                .add("Upgrade", "websocket")
                .add("Connection", "Upgrade")
                .add("Sec-WebSocket-Accept", acceptance(key))
                .build();
        var text = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        fields.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        var raw = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        return new ResponseHead(101, "", fields, raw, -1, false);
    }

    private static String acceptance(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-1")
                    .digest((key.strip() + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
