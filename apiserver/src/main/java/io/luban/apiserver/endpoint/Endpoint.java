package io.luban.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.http.Upstream;
import io.luban.model.ParseException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * A backend as an APIService, ReverseProxy or JSBundle names it.
 *
 * @param upstream the server; its host may be a cluster service that has to be resolved
 * @param path percent-encoded path of the URL without a trailing slash, {@code ""} for the root
 * @param service the cluster service that the host stands for, if it does
 */
public record Endpoint(Upstream upstream, String path, Optional<ServicePort> service) {
    private static final int DEFAULT_SERVICE_PORT = 443;
    private static final int MAX_PORT = 65_535;

    /** Whether the object names a backend at all. */
    public static boolean isNamedIn(JsonNode object) {
        return object.hasNonNull("url") || object.hasNonNull("backend") || object.hasNonNull("service");
    }

    /**
     * Reads {@code url} (or the older {@code backend}) or {@code service} with their TLS settings in all their spellings.
     * Throws {@link ParseException} that says which field is wrong.
     */
    public static Endpoint parse(JsonNode object) {
        var url = object.path("url").asText(object.path("backend").asText(""));
        var insecure = object.path("insecureSkipVerify").asBoolean(false)
                || object.path("insecureSkipTLSVerify").asBoolean(false);
        var ca = insecure ? new byte[0] : caBundle(object);
        if (!url.isEmpty()) {
            return ofUrl(url, ca, insecure);
        }
        var service = object.path("service");
        var name = service.path("name").asText("");
        var namespace = service.path("namespace").asText("");
        if (name.isEmpty() || namespace.isEmpty()) {
            throw new ParseException("endpoint: either url, or service with namespace and name, must be set");
        }
        var port = new ServicePort(
                namespace, name, checkedPort(service.path("port").asInt(DEFAULT_SERVICE_PORT)));
        var upstream = new Upstream(true, port.host(), port.port(), ca, insecure);
        return new Endpoint(upstream, servicePath(service.path("path").asText("")), Optional.of(port));
    }

    private static Endpoint ofUrl(String text, byte[] ca, boolean insecure) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new ParseException("endpoint: url %s: %s".formatted(text, e.getReason()));
        }
        var scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new ParseException("endpoint: url %s: scheme must be http or https".formatted(text));
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new ParseException("endpoint: url %s: needs a host and must not carry a user".formatted(text));
        }
        boolean tls = scheme.equals("https");
        int port = uri.getPort() >= 0 ? checkedPort(uri.getPort()) : tls ? 443 : 80;
        var upstream = new Upstream(tls, uri.getHost(), port, ca, insecure);
        var path = Optional.ofNullable(uri.getRawPath()).orElse("");
        return new Endpoint(upstream, withoutTrailingSlash(path), ServicePort.fromHost(uri.getHost(), port));
    }

    private static int checkedPort(int port) {
        if (port < 1 || port > MAX_PORT) {
            throw new ParseException("endpoint: port %d must be between 1 and %d".formatted(port, MAX_PORT));
        }
        return port;
    }

    private static String servicePath(String path) {
        if (path.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '?' || c == '#')) {
            throw new ParseException("endpoint: service.path %s: must be percent-encoded".formatted(path));
        }
        return withoutTrailingSlash(path.isEmpty() || path.startsWith("/") ? path : "/" + path);
    }

    private static String withoutTrailingSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Trust anchors in PEM; existing charts encode them once or twice. */
    private static byte[] caBundle(JsonNode object) {
        var encoded = object.path("caBundle").asText(object.path("caBudle").asText(""));
        if (encoded.isEmpty()) {
            return new byte[0];
        }
        var decoded = decode(encoded);
        if (!isPem(decoded)) {
            decoded = decode(new String(decoded, StandardCharsets.US_ASCII).strip());
        }
        if (!isPem(decoded)) {
            throw new ParseException("endpoint: caBundle holds no PEM certificate");
        }
        return decoded;
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new ParseException("endpoint: caBundle is not base64");
        }
    }

    private static boolean isPem(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII).contains("-----BEGIN CERTIFICATE-----");
    }
}
