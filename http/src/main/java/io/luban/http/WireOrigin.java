package io.luban.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/** A request as it came over the network. */
final class WireOrigin implements RequestOrigin {
    private final Listener listener;
    private final ClientConnection connection;
    private final HttpServerRequest wire;
    private final WireBody body;
    private final ReceivedHead head;
    private final String authority;

    /** Reads the header block; called on the event loop. */
    WireOrigin(Listener listener, ClientConnection connection, HttpServerRequest wire, WireBody body) {
        this.listener = listener;
        this.connection = connection;
        this.wire = wire;
        this.body = body;
        head = ReceivedHead.read(wire, listener.loop().knownValues());
        authority = authority(wire);
    }

    @Override
    public String scheme() {
        return listener.scheme();
    }

    @Override
    public String protocol() {
        return switch (wire.version()) {
            case HTTP_1_0 -> "HTTP/1.0";
            case HTTP_2 -> "HTTP/2.0";
            default -> "HTTP/1.1";
        };
    }

    private static String authority(HttpServerRequest wire) {
        var named = wire.uri() == null ? "" : RequestTarget.authority(wire.uri());
        if (!named.isEmpty()) {
            return named;
        }
        var host = wire.getHeader("Host");
        if (host != null) {
            return host;
        }
        var authority = wire.authority();
        return authority == null ? "" : authority.toString();
    }

    @Override
    public String authority() {
        return authority;
    }

    @Override
    public Headers headers() {
        return head.headers();
    }

    /** The header block. */
    ReceivedHead head() {
        return head;
    }

    @Override
    public InetSocketAddress peer() {
        return connection.peer();
    }

    @Override
    public List<X509Certificate> clientCertificates() {
        return connection.certificates();
    }

    @Override
    public boolean isUpgrade() {
        return wire.version() == HttpVersion.HTTP_1_1 && Fields.isUpgrade(headers());
    }

    @Override
    public byte[] body(long limitBytes) {
        return body.read(limitBytes);
    }
}
