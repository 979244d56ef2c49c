package io.luban.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.luban.model.ParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.TrustManager;

/** Makes Kubernetes clients, on the JDK's HTTP client but for {@link #over}. The caller closes what it was given. */
public final class KubeClients {
    private static final int RETRIES = 3;
    private static final int REQUEST_TIMEOUT_MILLIS = 30_000;

    private KubeClients() {}

    /** A client for the current context of a kubeconfig file; throws {@link UncheckedIOException} when unreadable. */
    public static KubernetesClient fromKubeconfig(Path file) {
        try {
            return fromKubeconfig(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("kubeconfig %s cannot be read".formatted(file), e);
        }
    }

    /** A client for the current context of kubeconfig text; throws {@link ParseException} when it names no server. */
    public static KubernetesClient fromKubeconfig(String kubeconfig) {
        Config config;
        try {
            config = Config.fromKubeconfig(kubeconfig);
        } catch (RuntimeException e) {
            throw new ParseException("kubeconfig: " + e.getMessage());
        }
        if (config.getMasterUrl() == null || config.getMasterUrl().isBlank()) {
            throw new ParseException("kubeconfig: the current context names no server");
        }
        return of(config);
    }

    /** A client for a server that needs no credentials, such as a loopback endpoint. */
    public static KubernetesClient forServer(String url) {
        var config = Config.empty();
        config.setMasterUrl(url);
        return of(config);
    }

    /**
     * A client that reaches {@code url} by a transport of its own, which is closed with it. Watches go by HTTP, not by
     * WebSocket, and callbacks run on virtual threads.
     */
    public static KubernetesClient over(HttpClient.Factory transport, String url) {
        var config = settings(Config.empty());
        config.setMasterUrl(url);
        config.setOnlyHttpWatches(true);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(transport)
                .withTaskExecutorSupplier(new VirtualThreads())
                .build();
    }

    private static final class VirtualThreads implements KubernetesClientBuilder.ExecutorSupplier {
        @Override
        public Executor get() {
            return Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("kubernetes-client-", 0).factory());
        }

        @Override
        public void onClose(Executor executor) {
            ((ExecutorService) executor).shutdownNow();
        }
    }

    private static Config settings(Config config) {
        config.setRequestRetryBackoffLimit(RETRIES);
        config.setRequestTimeout(REQUEST_TIMEOUT_MILLIS);
        config.setUserAgent("luban");
        return config;
    }

    private static KubernetesClient of(Config config) {
        settings(config);
        var identity = ClientIdentity.takeFrom(config);
        var builder =
                new KubernetesClientBuilder().withConfig(config).withHttpClientFactory(new JdkHttpClientFactory());
        if (identity.isPresent()) {
            var trust = trustManagers(config);
            builder.withHttpClientBuilderConsumer(http -> http.sslContext(identity.get(), trust));
        }
        return builder.build();
    }

    private static TrustManager[] trustManagers(Config config) {
        try {
            return SSLUtils.trustManagers(config);
        } catch (GeneralSecurityException | IOException e) {
            throw new ParseException("kubeconfig: the certificate authority cannot be used: " + e.getMessage());
        }
    }
}
