package io.luban.http;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's TLS for servers. The network library's own way to it first looks what other security providers can do, which
 * loads more than six hundred classes of Bouncy Castle that nothing else needs.
 */
final class JdkServerTls extends JdkSSLEngineOptions {
    JdkServerTls() {}

    private JdkServerTls(JdkServerTls other) {
        super(other);
    }

    @Override
    public JdkServerTls copy() {
        return new JdkServerTls(this);
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new Contexts();
    }

    /** Collects what a context is made of. */
    private static final class Contexts implements SslContextFactory {
        private ClientAuth clientAuth = ClientAuth.NONE;
        private Set<String> protocols = Set.of();
        private Set<String> cipherSuites = Set.of();
        private List<String> applicationProtocols = List.of();
        private @Nullable KeyManagerFactory keys;
        private @Nullable TrustManagerFactory trusted;
        private boolean negotiates;

        @Override
        public SslContextFactory useAlpn(boolean useAlpn) {
            negotiates = useAlpn;
            return this;
        }

        @Override
        public SslContextFactory forServer(ClientAuth wanted) {
            clientAuth = wanted;
            return this;
        }

        @Override
        public SslContextFactory enabledProtocols(Set<String> enabled) {
            protocols = enabled;
            return this;
        }

        @Override
        public SslContextFactory enabledCipherSuites(Set<String> enabled) {
            cipherSuites = enabled;
            return this;
        }

        @Override
        public SslContextFactory keyMananagerFactory(KeyManagerFactory factory) {
            keys = factory;
            return this;
        }

        @Override
        public SslContextFactory trustManagerFactory(TrustManagerFactory factory) {
            trusted = factory;
            return this;
        }

        @Override
        public SslContextFactory applicationProtocols(List<String> offered) {
            applicationProtocols = offered;
            return this;
        }

        @Override
        public SslContext create() throws SSLException {
            var context = context();
            var suites = cipherSuites.isEmpty()
                    ? List.of(context.getDefaultSSLParameters().getCipherSuites())
                    : cipherSuites;
            return new JdkSslContext(
                    context,
                    false,
                    suites,
                    IdentityCipherSuiteFilter.INSTANCE,
                    negotiation(),
                    clientAuth,
                    protocols.isEmpty() ? null : protocols.toArray(String[]::new),
                    false);
        }

        private ApplicationProtocolConfig negotiation() {
            return negotiates && !applicationProtocols.isEmpty()
                    ? new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            applicationProtocols)
                    : ApplicationProtocolConfig.DISABLED;
        }

        private SSLContext context() throws SSLException {
            try {
                var context = SSLContext.getInstance("TLS");
                // none rather than null, for which the JDK would read the system's trust store
                var managers = trusted == null ? new TrustManager[0] : trusted.getTrustManagers();
                context.init(keys == null ? null : keys.getKeyManagers(), managers, null);
                return context;
            } catch (GeneralSecurityException e) {
                throw new SSLException("no TLS context from this certificate", e);
            }
        }
    }
}
