package io.luban.http;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** A request as it came but for its body. */
record MadeBody(RequestOrigin came, byte[] bytes) implements RequestOrigin {
    @Override
    public String scheme() {
        return came.scheme();
    }

    @Override
    public String authority() {
        return came.authority();
    }

    @Override
    public Headers headers() {
        return came.headers();
    }

    @Override
    public InetSocketAddress peer() {
        return came.peer();
    }

    @Override
    public List<X509Certificate> clientCertificates() {
        return came.clientCertificates();
    }

    @Override
    public boolean isUpgrade() {
        return came.isUpgrade();
    }

    @Override
    public String protocol() {
        return came.protocol();
    }

    @Override
    public byte[] body(long limitBytes) {
        return bytes;
    }

    @Override
    public Optional<byte[]> madeBody() {
        return Optional.of(bytes);
    }
}
