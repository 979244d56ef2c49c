package io.luban.extensionformat.remote;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Proxies as {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY} name them; this machine is never proxied. */
final class EnvironmentProxies extends ProxySelector {
    private static final int DEFAULT_PORT = 80;

    private final Map<String, String> environment;

    EnvironmentProxies(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public List<Proxy> select(URI target) {
        var host = Optional.ofNullable(target.getHost()).orElse("").toLowerCase(Locale.ROOT);
        var proxy = "https".equals(target.getScheme()) ? variable("https_proxy") : variable("http_proxy");
        if (proxy.isBlank() || isLocal(host) || isExempt(host, target.getPort())) {
            return List.of(Proxy.NO_PROXY);
        }
        var address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
        int port = address.getPort() < 0 ? DEFAULT_PORT : address.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.getHost(), port)));
    }

    @Override
    public void connectFailed(URI target, SocketAddress proxy, IOException failure) {
        // the request itself fails and tells
    }

    private String variable(String name) {
        var upper = environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
        return upper.isBlank() ? environment.getOrDefault(name, "") : upper;
    }

    static boolean isLocal(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]") || host.equals("::1");
    }

    private boolean isExempt(String host, int port) {
        for (var rule : variable("no_proxy").split(",", -1)) {
            var entry = rule.strip().toLowerCase(Locale.ROOT);
            if (entry.isEmpty()) {
                continue;
            }
            var name = entry.startsWith("*.") ? entry.substring(1) : entry;
            var bare = name.startsWith(".") ? name.substring(1) : name;
            boolean fits = name.equals("*")
                    || name.equals(host + ":" + port)
                    || host.equals(name)
                    || host.endsWith("." + bare);
            if (fits) {
                return true;
            }
        }
        return false;
    }
}
