package io.luban.http;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** What all copies of one request share: the wire, or the bytes of an in-process call. */
interface RequestOrigin {
    String scheme();

    String authority();

    Headers headers();

    InetSocketAddress peer();

    List<X509Certificate> clientCertificates();

    boolean isUpgrade();

    byte[] body(long limitBytes);

    /** The body that stands in for what came, if there is one. */
    default Optional<byte[]> madeBody() {
        return Optional.empty();
    }

    default String protocol() {
        return "HTTP/1.1";
    }
}
