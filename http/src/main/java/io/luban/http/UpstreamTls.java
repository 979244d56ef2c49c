package io.luban.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.List;

/** What an {@link Upstream} says about TLS, as options of the network library. */
final class UpstreamTls {
    private static final int CONNECT_MILLIS = 30_000;
    private static final long HANDSHAKE_SECONDS = 10;

    private UpstreamTls() {}

    static <T extends ClientOptionsBase> T applied(T options, Upstream upstream) {
        options.setConnectTimeout(CONNECT_MILLIS).setTcpKeepAlive(true);
        if (!upstream.tls()) {
            return options;
        }
        options.setSsl(true).setSslHandshakeTimeout(HANDSHAKE_SECONDS).setUseAlpn(true);
        options.setTrustAll(upstream.insecure());
        upstream.identity()
                .ifPresent(identity -> options.setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(identity.certificatePem()))
                        .addKeyValue(Buffer.buffer(identity.keyPem()))));
        if (upstream.caPem().length > 0 && !upstream.insecure()) {
            options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(upstream.caPem())));
        }
        return options;
    }

    static final List<String> HTTP_1 = List.of("http/1.1");
}
