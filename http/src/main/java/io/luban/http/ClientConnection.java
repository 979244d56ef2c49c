package io.luban.http;

import io.vertx.core.http.HttpConnection;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** What is known about one client connection; counts the requests in flight on it. */
final class ClientConnection {
    private final HttpConnection wire;
    private final InetSocketAddress peer;
    private volatile @Nullable List<X509Certificate> certificates;
    private final RequestTrailers trailers;
    private int inFlight;
    private int requests;
    private boolean used;
    private long idleSince = System.nanoTime();

    ClientConnection(HttpConnection wire) {
        this.wire = wire;
        var address = wire.remoteAddress();
        peer = new InetSocketAddress(address.hostAddress(), address.port());
        trailers = RequestTrailers.of(wire);
    }

    InetSocketAddress peer() {
        return peer;
    }

    List<X509Certificate> certificates() {
        var known = certificates;
        if (known == null) {
            known = wire.isSsl() ? presented() : List.of();
            certificates = known;
        }
        return known;
    }

    /** The number of the request on this connection. */
    int requestBegins() {
        used = true;
        inFlight++;
        return requests++;
    }

    /** Trailers of a request whose body has ended. */
    Headers trailers(int request) {
        return trailers.take(request);
    }

    void requestEnds() {
        inFlight--;
        idleSince = System.nanoTime();
    }

    boolean isIdleFor(Duration unused, Duration keepAlive) {
        var limit = used ? keepAlive : unused;
        return inFlight == 0 && System.nanoTime() - idleSince > limit.toNanos();
    }

    void close() {
        wire.close();
    }

    private List<X509Certificate> presented() {
        try {
            var chain = new ArrayList<X509Certificate>();
            for (Certificate certificate : wire.peerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
            return List.copyOf(chain);
        } catch (SSLPeerUnverifiedException e) {
            // The client has presented none.
            return List.of();
        }
    }
}
