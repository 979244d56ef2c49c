package io.luban.http;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/** What all copies of one request share: the wire, or the bytes of an in-process call. */
interface RequestOrigin {
    String scheme();

    String authority();

    Headers headers();

    InetSocketAddress peer();

    List<X509Certificate> clientCertificates();

    boolean isUpgrade();

    byte[] body(long limitBytes);

    default String protocol() {
        return "HTTP/1.1";
    }
}
