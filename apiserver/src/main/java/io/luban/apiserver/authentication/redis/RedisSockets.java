package io.luban.apiserver.authentication.redis;

import io.luban.apiserver.authentication.token.RedisSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Sockets to Redis at any of its addresses. With TLS its certificate has to bear the name that was asked for.
 *
 * @param connecting deadline for one address
 * @param silence after which whoever reads gives up
 */
record RedisSockets(RedisSettings settings, Duration connecting, Duration silence) implements JedisSocketFactory {
    @Override
    public Socket createSocket() {
        try {
            var socket = connected();
            try {
                return settings.tls().enabled() ? encrypted(socket) : socket;
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }

    private Socket connected() throws IOException {
        var failure = new IOException("it has no address");
        for (var address : InetAddress.getAllByName(settings.host())) {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                socket.setSoTimeout((int) silence.toMillis());
                socket.connect(new InetSocketAddress(address, settings.port()), (int) connecting.toMillis());
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = e;
            }
        }
        throw failure;
    }

    private Socket encrypted(Socket socket) throws IOException {
        var encrypted =
                (SSLSocket) factory(settings.tls()).createSocket(socket, settings.host(), settings.port(), true);
        var parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return encrypted;
    }

    private static SSLSocketFactory factory(RedisSettings.Tls tls) throws IOException {
        if (tls.caBundle().isEmpty()) {
            return (SSLSocketFactory) SSLSocketFactory.getDefault();
        }
        try {
            var roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            var pem = new ByteArrayInputStream(Base64.getMimeDecoder().decode(tls.caBundle()));
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                roots.setCertificateEntry(Integer.toString(roots.size()), certificate);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(roots);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("cache.options.caBundle cannot be used: " + e.getMessage(), e);
        }
    }
}
