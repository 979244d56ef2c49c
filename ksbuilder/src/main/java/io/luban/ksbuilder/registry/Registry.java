package io.luban.ksbuilder.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.extensionformat.ChartData;
import io.luban.extensionformat.version.Version;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads charts from registries. Tokens are asked for where a registry wants them; the password comes from {@code
 * Credentials}. Registries on this machine are spoken to without TLS.
 */
public final class Registry implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final Duration CALL = Duration.ofMinutes(2);
    private static final int MAX_DOCUMENT = 4 * 1024 * 1024;
    private static final int MAX_CHART = 32 * 1024 * 1024;
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final String CHART_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    private static final String OLD_CHART_LAYER = "application/tar+gzip";
    private static final String MANIFEST =
            "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
    private static final Pattern CHALLENGE_FIELD = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final Credentials credentials;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    /** Reads with what {@code credentials} knows. */
    public Registry(Credentials credentials) {
        this.credentials = credentials;
    }

    /** The reference with a tag: its own, else the highest version there is. */
    public Reference resolve(Reference reference) throws InterruptedException {
        if (reference.isComplete()) {
            return reference;
        }
        var answer = get(reference, "/tags/list", "application/json", MAX_DOCUMENT);
        var tags = new ArrayList<Version>();
        document(answer, reference)
                .path("tags")
                .forEach(tag -> Version.find(tag.asText().replace('_', '+')).ifPresent(tags::add));
        return tags.stream()
                .max(Comparator.naturalOrder())
                .map(version -> reference.withTag(version.text().replace('+', '_')))
                .orElseThrow(() -> new RegistryException(reference + ": no tag is a semantic version"));
    }

    /** The packaged chart; throws {@link RegistryException} when it is none or was changed on its way. */
    public byte[] chart(Reference reference) throws InterruptedException {
        var manifest = get(reference, "/manifests/" + reference.manifestName(), MANIFEST, MAX_DOCUMENT);
        var layer = layer(document(manifest, reference), reference);
        var digest = layer.path("digest").asText("");
        var chart = get(reference, "/blobs/" + digest, "*/*", MAX_CHART);
        if (!digest.equals("sha256:" + ChartData.digest(chart))) {
            throw new RegistryException(reference + ": the chart's content is not what its digest says");
        }
        return chart;
    }

    @Override
    public void close() {
        client.close();
    }

    private static JsonNode layer(JsonNode manifest, Reference reference) {
        for (var layer : manifest.path("layers")) {
            var type = layer.path("mediaType").asText("");
            if (type.equals(CHART_LAYER) || type.equals(OLD_CHART_LAYER)) {
                return layer;
            }
        }
        throw new RegistryException(reference + ": this is no Helm chart");
    }

    private byte[] get(Reference reference, String path, String accept, int limit) throws InterruptedException {
        var uri = URI.create(
                scheme(reference.host()) + "://" + reference.host() + "/v2/" + reference.repository() + path);
        var response = send(uri, accept, "", reference);
        if (response.statusCode() == UNAUTHORIZED) {
            var challenge = response.headers().firstValue("WWW-Authenticate").orElse("");
            discard(response);
            response = send(uri, accept, authorization(reference, challenge), reference);
        }
        try (var body = response.body()) {
            if (response.statusCode() != OK) {
                var text = new String(body.readNBytes(500), StandardCharsets.UTF_8);
                throw new RegistryException(
                        "%s: %d from %s: %s".formatted(reference, response.statusCode(), uri, text.strip()));
            }
            var bytes = body.readNBytes(limit);
            if (body.read() >= 0) {
                throw new RegistryException("%s: the answer is larger than %d bytes".formatted(reference, limit));
            }
            return bytes;
        } catch (IOException e) {
            throw new RegistryException("%s: the answer ended early: %s".formatted(reference, e.getMessage()));
        }
    }

    private HttpResponse<InputStream> send(URI uri, String accept, String authorization, Reference reference)
            throws InterruptedException {
        var request = HttpRequest.newBuilder(uri).timeout(CALL).header("Accept", accept);
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            var reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new RegistryException("%s: %s cannot be reached: %s".formatted(reference, uri.getHost(), reason));
        }
    }

    /** The header that answers a challenge: the password itself, or a token that another server gives for it. */
    private String authorization(Reference reference, String challenge) throws InterruptedException {
        var basic = credentials.basic(reference.host()).orElse("");
        if (!challenge.regionMatches(true, 0, "Bearer", 0, "Bearer".length())) {
            return basic;
        }
        var realm = field(challenge, "realm").orElse("");
        var scope = field(challenge, "scope").orElse("repository:" + reference.repository() + ":pull");
        var uri = tokenAddress(reference, realm, field(challenge, "service").orElse(""), scope);
        var response = send(uri, "application/json", basic, reference);
        try (var body = response.body()) {
            if (response.statusCode() != OK) {
                throw new RegistryException(
                        "%s: %s gives no token: %d".formatted(reference, uri.getHost(), response.statusCode()));
            }
            var token = document(body.readNBytes(MAX_DOCUMENT), reference);
            return "Bearer "
                    + token.path("token").asText(token.path("access_token").asText(""));
        } catch (IOException e) {
            throw new RegistryException("%s: the token ended early: %s".formatted(reference, e.getMessage()));
        }
    }

    private static URI tokenAddress(Reference reference, String realm, String service, String scope) {
        boolean isWeb = realm.startsWith("https://") || (realm.startsWith("http://") && isLocal(reference.host()));
        if (!isWeb) {
            throw new RegistryException("%s: tokens are to be asked of \"%s\"".formatted(reference, realm));
        }
        return URI.create(
                realm + (realm.contains("?") ? "&" : "?") + "service=" + encoded(service) + "&scope=" + encoded(scope));
    }

    private static Optional<String> field(String challenge, String name) {
        return CHALLENGE_FIELD
                .matcher(challenge)
                .results()
                .filter(field -> field.group(1).equals(name))
                .map(field -> field.group(2))
                .findFirst();
    }

    private static JsonNode document(byte[] bytes, Reference reference) {
        try {
            return Json.parse(bytes);
        } catch (ParseException e) {
            throw new RegistryException(reference + ": the registry's answer is not JSON");
        }
    }

    private static void discard(HttpResponse<InputStream> response) {
        try (var body = response.body()) {
            body.readNBytes(MAX_DOCUMENT);
        } catch (IOException e) {
            // nobody wanted it
        }
    }

    private static String scheme(String host) {
        return isLocal(host) ? "http" : "https";
    }

    private static boolean isLocal(String host) {
        int colon = host.indexOf(':');
        var name = colon < 0 ? host : host.substring(0, colon);
        return List.of("localhost", "127.0.0.1").contains(name);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
