package io.luban.embeddedkube.service;

import io.luban.http.Upstream;
import java.net.URI;

/**
 * A server that stands behind a Service.
 *
 * @param scheme {@code http} or {@code https} where the address itself says so, else empty
 * @param host name or address to connect to
 * @param basePath path under which the Service's own paths begin, without a trailing slash
 * @param serverName name that its certificate must carry
 */
public record ServiceBackend(String scheme, String host, int port, String basePath, String serverName) {
    /** A backend by its URL; throws {@link IllegalArgumentException} when that is none of HTTP. */
    static ServiceBackend of(String url, String serverName) {
        var uri = URI.create(url);
        var scheme = uri.getScheme();
        var host = uri.getHost();
        if (host == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new IllegalArgumentException("\"" + url + "\" is not the URL of an HTTP server");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        var path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return new ServiceBackend(
                scheme, host, port, path.endsWith("/") ? path.substring(0, path.length() - 1) : path, serverName);
    }

    /** Whether TLS is spoken; {@code wanted} counts where the address does not tell. */
    public boolean isTls(boolean wanted) {
        return scheme.isEmpty() ? wanted : scheme.equals("https");
    }

    /** Host and port as they stand in a URL. */
    public String authority() {
        return (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }

    /**
     * The same for forwarding: certificates are checked against the Service's name.
     *
     * @param caPem trust anchors, empty for the system's
     * @param insecure accept any certificate
     */
    public Upstream upstream(boolean wantsTls, byte[] caPem, boolean insecure) {
        var tls = isTls(wantsTls);
        return tls ? new Upstream(true, serverName, port, caPem, insecure).at(host, port) : Upstream.http(host, port);
    }
}
