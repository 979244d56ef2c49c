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
 * @param path percent-encoded path of the URL as it is written, which may be {@code ""}
 * @param query percent-encoded query of the URL, which every request brings along, {@code ""} for none
 * @param service the cluster service that the host stands for, if it does
 */
public record Endpoint(Upstream upstream, String path, String query, Optional<ServicePort> service) {
    private static final int DEFAULT_SERVICE_PORT = 443;
    private static final int MAX_PORT = 65_535;

    /** The root of a server. */
    public static Endpoint root(Upstream upstream, Optional<ServicePort> service) {
        return new Endpoint(upstream, "", "", service);
    }

    /** Whether the object names a backend at all. */
    public static boolean isNamedIn(JsonNode object) {
        return !text(object, "url", "backend").isEmpty() || object.hasNonNull("service");
    }

    /**
     * Reads {@code url} (or the older {@code backend}) or {@code service} with their TLS settings in all their spellings.
     * Throws {@link ParseException} that says which field is wrong.
     */
    public static Endpoint parse(JsonNode object) {
        var url = text(object, "url", "backend");
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
        return new Endpoint(upstream, servicePath(service.path("path").asText("")), "", Optional.of(port));
    }

    /** A field that older charts call by another name; charts leave what was not set empty. */
    private static String text(JsonNode object, String name, String older) {
        var text = object.path(name).asText("");
        return text.isEmpty() ? object.path(older).asText("") : text;
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
        // letters that are not ASCII may stand in a URL as people write it, but not in a request line
        var sent = URI.create(uri.toASCIIString());
        return new Endpoint(
                upstream,
                Optional.ofNullable(sent.getRawPath()).orElse(""),
                Optional.ofNullable(sent.getRawQuery()).orElse(""),
                ServicePort.fromHost(uri.getHost(), port));
    }

    /** What stands before paths below the endpoint: its own without a trailing slash, {@code ""} for the root. */
    public String prefix() {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** The query of a request to the endpoint, behind the endpoint's own. */
    String queryWith(String rawQuery) {
        return query.isEmpty() || rawQuery.isEmpty() ? query + rawQuery : query + "&" + rawQuery;
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
        return path.isEmpty() || path.startsWith("/") ? path : "/" + path;
    }

    /** Trust anchors in PEM; existing charts encode them once or twice. */
    private static byte[] caBundle(JsonNode object) {
        var encoded = text(object, "caBundle", "caBudle");
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
