package io.luban.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What an {@link Upstream} says about TLS, as options of the network library. */
final class UpstreamTls {
    private UpstreamTls() {}

    static <T extends ClientOptionsBase> T applied(T options, Upstream upstream, UpstreamLimits limits) {
        options.setConnectTimeout((int) limits.connect().toMillis()).setTcpKeepAlive(true);
        if (!upstream.tls()) {
            return options;
        }
        options.setSsl(true)
                .setSslHandshakeTimeout(limits.handshake().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setUseAlpn(true);
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
