package io.luban.http;

import io.netty.channel.ChannelOption;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
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
    /** How long a client that has closed its direction may wait for the answers to what it sent before. */
    private static final long HALF_CLOSED_MILLIS = 500;

    private final HttpConnection wire;
    private final Loop loop;
    private final InetSocketAddress peer;
    private @Nullable String peerHost;
    private volatile @Nullable List<X509Certificate> certificates;
    private final RequestTrailers trailers;
    private final @Nullable RequestDecoder decoder;
    private int inFlight;
    private int requests;
    private boolean used;
    private boolean halfClosed;
    private boolean isEnding;
    private long idleSince = System.nanoTime();

    ClientConnection(HttpConnection wire, Http1ServerConfig decoding, Loop loop) {
        this.wire = wire;
        this.loop = loop;
        var address = wire.remoteAddress();
        peer = new InetSocketAddress(address.hostAddress(), address.port());
        decoder = RequestDecoder.of(wire, decoding, loop.knownValues());
        trailers = RequestTrailers.of(wire);
        HalfClose.watch(wire, this::halfClosed);
    }

    InetSocketAddress peer() {
        return peer;
    }

    /** The peer's address as text. */
    String peerHost() {
        var known = peerHost;
        if (known == null) {
            known = peer.getAddress().getHostAddress();
            peerHost = known;
        }
        return known;
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
        // later, as the next of several requests may begin now
        if (halfClosed) {
            loop.execute(this::closeUnlessBusy);
        }
        if (decoder != null && decoder.isLeaving()) {
            loop.execute(this::stayInHttpUnlessBusy);
        }
    }

    private void stayInHttpUnlessBusy() {
        if (inFlight == 0 && decoder != null) {
            decoder.stayInHttp();
        }
    }

    /**
     * The client sends nothing more. Most have left with that, so what they asked for is broken off soon; one that has only closed
     * its direction gets the answers that come without delay.
     */
    private void halfClosed() {
        halfClosed = true;
        closeUnlessBusy();
        if (inFlight > 0) {
            loop.vertx().setTimer(HALF_CLOSED_MILLIS, ignored -> close());
        }
    }

    private void closeUnlessBusy() {
        if (inFlight == 0) {
            close();
        }
    }

    /** Whether no request is in flight, and either none has begun for long or one does not come to the end of its head. */
    boolean isIdleFor(Duration head, Duration keepAlive) {
        if (inFlight > 0) {
            return false;
        }
        long now = System.nanoTime();
        var limit = used ? keepAlive : head;
        return now - idleSince > limit.toNanos() || (decoder != null && decoder.isWaitingFor(head, now));
    }

    void close() {
        wire.close();
    }

    /** Nothing more is read from it: an answer that is about to be written is the last one. */
    void endsWithAnswer() {
        isEnding = true;
    }

    boolean isEnding() {
        return isEnding;
    }

    /** The connection is not HTTP's any more; returns what the client has sent in the other protocol already. */
    byte[] leavesHttp() {
        HalfClose.forget(wire);
        return decoder == null ? new byte[0] : decoder.takeRest();
    }

    /** When this is closed, the client cannot take that for the end of its answer, as one of HTTP/1.0 would. */
    void breaksWhenClosed() {
        if (wire instanceof Http1ServerConnection connection) {
            connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
    }

    /** When this is closed, the client gets what was written to it even if it is still sending. */
    void lingerWhenClosed() {
        LingeringClose.arm(wire);
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
