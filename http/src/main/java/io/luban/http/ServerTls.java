package io.luban.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS settings of servers. */
final class ServerTls {
    private static final List<String> PROTOCOLS = List.of("h2", "http/1.1", "http/1.0");

    private ServerTls() {}

    static void apply(HttpServerOptions options, TlsMaterial material) {
        options.setSslEngineOptions(new JdkServerTls());
        options.setSsl(true)
                .setSni(!material.named().isEmpty())
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1, HttpVersion.HTTP_1_0))
                .setKeyCertOptions(keys(material));
        if (material.requestsClientCertificate()) {
            options.setClientAuth(ClientAuth.REQUEST).setTrustOptions(TrustOptions.wrap(new LetThrough()));
        }
    }

    static ServerSSLOptions options(TlsMaterial material) {
        var options = new ServerSSLOptions();
        options.setSni(!material.named().isEmpty());
        options.setUseAlpn(true).setApplicationLayerProtocols(PROTOCOLS).setKeyCertOptions(keys(material));
        if (material.requestsClientCertificate()) {
            options.setClientAuth(ClientAuth.REQUEST).setTrustOptions(TrustOptions.wrap(new LetThrough()));
        }
        return options;
    }

    private static KeyCertOptions keys(TlsMaterial material) {
        var keys = new PemKeyCertOptions();
        // the first one is for clients that ask for no name, or for one that nobody has
        keys.addCertValue(Buffer.buffer(material.certificatePem())).addKeyValue(Buffer.buffer(material.keyPem()));
        for (var identity : material.named()) {
            keys.addCertValue(Buffer.buffer(identity.certificatePem())).addKeyValue(Buffer.buffer(identity.keyPem()));
        }
        return keys;
    }

    /** Lets every client certificate through: a bad one is an authentication failure (401), not a broken handshake. */
    private static final class LetThrough extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
