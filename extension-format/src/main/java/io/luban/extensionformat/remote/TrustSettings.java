package io.luban.extensionformat.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Turns the trust of a {@link RemoteAccess} into a TLS context. */
final class TrustSettings {
    private TrustSettings() {}

    /** The context, empty for the system's own. */
    static Optional<SSLContext> context(RemoteAccess access) {
        try {
            if (access.insecure()) {
                return Optional.of(contextOf(new TrustManager[] {new AcceptingEverything()}));
            }
            return access.caBundle().isBlank() ? Optional.empty() : Optional.of(contextOf(trusting(access.caBundle())));
        } catch (GeneralSecurityException | IOException e) {
            throw new RemoteException("failed to append certificates from caBundle: " + e.getMessage());
        }
    }

    private static SSLContext contextOf(TrustManager[] managers) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        return context;
    }

    private static TrustManager[] trusting(String caBundle) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        var certificates = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(decode(caBundle)));
        for (var certificate : certificates) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        if (number == 0) {
            throw new RemoteException("failed to append certificates from caBundle: it holds no PEM certificate");
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static byte[] decode(String caBundle) {
        try {
            return Base64.getMimeDecoder().decode(requireBase64(caBundle));
        } catch (IllegalArgumentException e) {
            throw new RemoteException("failed to decode caBundle: " + e.getMessage());
        }
    }

    /** The lenient decoder skips what is not base64, so that it has to be looked for. */
    private static String requireBase64(String text) {
        if (!text.strip().matches("[A-Za-z0-9+/=\\s]*")) {
            throw new IllegalArgumentException("it is not base64");
        }
        return text.strip();
    }

    /** What {@code insecure: true} asks for: the owner of the repository decided not to check. */
    private static final class AcceptingEverything extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
