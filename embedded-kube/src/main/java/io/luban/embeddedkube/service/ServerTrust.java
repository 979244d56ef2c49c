package io.luban.embeddedkube.service;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts servers whose certificate descends from a bundle. A Service is called by address, but its certificate must carry
 * the Service's name; that name is checked here, because the TLS library would look for the address.
 */
final class ServerTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager chains;
    private final String serverName;

    private ServerTrust(X509ExtendedTrustManager chains, String serverName) {
        this.chains = chains;
        this.serverName = serverName;
    }

    /** A context that trusts the bundle (base64 of PEM, empty for the well-known authorities). */
    static SSLContext context(String bundle, String serverName) throws GeneralSecurityException, IOException {
        var context = SSLContext.getInstance("TLS");
        var chains = chains(bundle);
        var trust = serverName.isEmpty() ? chains : new ServerTrust(chains, serverName);
        context.init(null, new TrustManager[] {trust}, null);
        return context;
    }

    private static X509ExtendedTrustManager chains(String bundle) throws GeneralSecurityException, IOException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (bundle.isEmpty()) {
            factory.init((KeyStore) null);
        } else {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            var pem = new ByteArrayInputStream(Base64.getMimeDecoder().decode(bundle));
            int index = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("ca-" + index++, certificate);
            }
            factory.init(store);
        }
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("the platform has no trust manager for X.509");
    }

    private void check(X509Certificate[] chain, String type) throws CertificateException {
        chains.checkServerTrusted(chain, type);
        var names = Optional.ofNullable(chain[0].getSubjectAlternativeNames()).orElse(List.of());
        var isNamed = names.stream()
                .map(pair -> Objects.toString(pair.get(1)))
                .anyMatch(name -> name.equalsIgnoreCase(serverName) || matchesWildcard(name));
        if (!isNamed) {
            throw new CertificateException("certificate is not valid for " + serverName);
        }
    }

    private boolean matchesWildcard(String name) {
        int dot = serverName.indexOf('.');
        return name.startsWith("*.") && name.substring(1).equalsIgnoreCase(serverName.substring(dot));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("backends of Services are servers");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("backends of Services are servers");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("backends of Services are servers");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.getAcceptedIssuers();
    }
}
