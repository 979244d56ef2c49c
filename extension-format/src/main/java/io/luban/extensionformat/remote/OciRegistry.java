package io.luban.extensionformat.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads manifests, blobs and tags by the OCI distribution API. What is read is what its digest says. */
public final class OciRegistry {
    /** Media type of a packaged Helm chart. */
    public static final String CHART_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

    private static final String ACCEPTED = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");
    private static final long MAX_MANIFEST = 4L * 1024 * 1024;
    private static final int MAX_PAGES = 100;

    private final RemoteClient client;
    private final String ownRegistry;
    private final RegistryTokens tokens;
    private final Map<String, String> authorizations = new ConcurrentHashMap<>();
    private final Map<String, String> schemes = new ConcurrentHashMap<>();

    /**
     * A reader of registries over the client's connections.
     *
     * @param ownRegistry host and port that the client's credentials are for; no other gets them
     */
    public OciRegistry(RemoteClient client, String ownRegistry) {
        this.client = client;
        this.ownRegistry = ownRegistry;
        this.tokens = new RegistryTokens(client);
    }

    /**
     * A manifest.
     *
     * @param digest of its bytes, {@code sha256:…}
     */
    public record Manifest(String digest, ObjectNode json) {}

    /** The manifest of one platform: an index is followed to linux on {@code architecture}. */
    public Manifest manifest(ImageReference reference, String architecture) {
        var found = single(reference, reference.target());
        if (!found.json().path("manifests").isArray()) {
            return found;
        }
        var fallback = "";
        for (var entry : found.json().path("manifests")) {
            var platform = entry.path("platform");
            var digest = entry.path("digest").asText("");
            boolean fits = platform.path("architecture").asText("").equals(architecture)
                    && platform.path("os").asText("linux").equals("linux");
            if (fits) {
                return single(reference, digest);
            }
            boolean unknown = platform.path("os").asText("").equals("unknown");
            fallback = fallback.isEmpty() && !unknown ? digest : fallback;
        }
        if (fallback.isEmpty()) {
            throw new RemoteException("%s has no image for linux/%s".formatted(reference, architecture));
        }
        // Files of a catalog are the same on every platform.
        return single(reference, fallback);
    }

    private Manifest single(ImageReference reference, String target) {
        var path = "/v2/%s/manifests/%s".formatted(reference.repository(), target);
        try (var answer = ask(reference, path, Map.of("Accept", ACCEPTED))) {
            require(answer, reference + ": manifest");
            var bytes = client.bytes(answer, MAX_MANIFEST);
            var digest = "sha256:" + HexFormat.of().formatHex(sha256().digest(bytes));
            if (target.startsWith("sha256:") && !target.equals(digest)) {
                throw new RemoteException("%s: the manifest is not the one of digest %s".formatted(reference, target));
            }
            return new Manifest(digest, Json.parseObject(bytes));
        } catch (ParseException e) {
            throw new RemoteException("%s: the manifest is not JSON".formatted(reference));
        }
    }

    /** The digest of the layer with a packaged chart; throws {@link RemoteException} when there is none. */
    public static String chartLayer(Manifest manifest, ImageReference reference) {
        for (var layer : manifest.json().path("layers")) {
            if (layer.path("mediaType").asText("").equals(CHART_LAYER)) {
                return layer.path("digest").asText("");
            }
        }
        throw new RemoteException("%s is not a Helm chart".formatted(reference));
    }

    /** A small blob in memory. */
    public byte[] blob(ImageReference reference, String digest, long limit) {
        var out = new java.io.ByteArrayOutputStream();
        copyBlob(reference, digest, out, limit);
        return out.toByteArray();
    }

    /** A blob in a file. */
    public void blob(ImageReference reference, String digest, Path file, long limit) {
        try (var out = Files.newOutputStream(file)) {
            copyBlob(reference, digest, out, limit);
        } catch (IOException e) {
            throw new RemoteException("%s cannot be written: %s".formatted(file, e.getMessage()));
        }
    }

    private void copyBlob(ImageReference reference, String digest, OutputStream out, long limit) {
        var path = "/v2/%s/blobs/%s".formatted(reference.repository(), digest);
        var hash = sha256();
        try (var answer = ask(reference, path, Map.of())) {
            require(answer, reference + ": blob " + digest);
            client.copy(answer, new DigestOutputStream(out, hash), limit);
        }
        if (!digest.equals("sha256:" + HexFormat.of().formatHex(hash.digest()))) {
            throw new RemoteException("%s: what came is not the blob of digest %s".formatted(reference, digest));
        }
    }

    /** All tags; empty when the registry does not know the path. */
    public List<String> tags(ImageReference reference) {
        return names(reference, "/v2/%s/tags/list?n=1000".formatted(reference.repository()), "tags");
    }

    /** All paths of the registry, as far as it tells. */
    public List<String> repositories(ImageReference reference) {
        return names(reference, "/v2/_catalog?n=1000", "repositories");
    }

    private List<String> names(ImageReference reference, String first, String field) {
        var names = new ArrayList<String>();
        var path = first;
        for (int page = 0; page < MAX_PAGES && !path.isEmpty(); page++) {
            try (var answer = ask(reference, path, Map.of())) {
                if (answer.status() == 404) {
                    return names;
                }
                require(answer, reference + ": " + field);
                Json.parse(client.bytes(answer, MAX_MANIFEST)).path(field).forEach(name -> names.add(name.asText()));
                path = nextPage(answer.header("Link"));
            } catch (ParseException e) {
                throw new RemoteException("%s: the list of %s is not JSON".formatted(reference, field));
            }
        }
        return names;
    }

    /** The path in {@code Link: </v2/…>; rel="next"}, empty for none. */
    private static String nextPage(String link) {
        int from = link.indexOf('<');
        int to = link.indexOf('>');
        return from < 0 || to < from || !link.contains("next") || link.charAt(from + 1) != '/'
                ? ""
                : link.substring(from + 1, to);
    }

    private RemoteClient.Answer ask(ImageReference reference, String path, Map<String, String> headers) {
        var uri = URI.create(scheme(reference.registry()) + "://" + reference.registry() + path);
        var key = reference.registry() + " " + reference.repository();
        var answer = client.send(new RemoteClient.Call(uri, withAuthorization(headers, key), false));
        if (answer.status() != 401) {
            return answer;
        }
        var challenge = answer.header("WWW-Authenticate");
        answer.close();
        var scope = "repository:%s:pull".formatted(reference.repository());
        authorizations.put(
                key, tokens.answer(challenge, uri, scope, reference.registry().equals(ownRegistry)));
        return client.send(new RemoteClient.Call(uri, withAuthorization(headers, key), false));
    }

    private Map<String, String> withAuthorization(Map<String, String> headers, String key) {
        var all = new HashMap<>(headers);
        var known = authorizations.get(key);
        if (known != null) {
            all.put("Authorization", known);
        }
        return all;
    }

    /** Registries speak TLS, except on this machine, and where nothing is checked anyway. */
    private String scheme(String registry) {
        return schemes.computeIfAbsent(registry, host -> {
            int port = host.lastIndexOf(':');
            var name = port > host.lastIndexOf(']') ? host.substring(0, port) : host;
            boolean local = EnvironmentProxies.isLocal(name);
            if (!local && !client.access().insecure()) {
                return "https";
            }
            // A server for TLS answers plain requests at once; the other way round it waits.
            return local ? answers("http", host, "https") : answers("https", host, "http");
        });
    }

    /** The scheme if the registry speaks it, the other one if not. */
    private String answers(String scheme, String registry, String other) {
        var uri = URI.create(scheme + "://" + registry + "/v2/");
        try (var answer = client.send(new RemoteClient.Call(uri, Map.of(), false))) {
            return answer.status() == 400 ? other : scheme;
        } catch (RemoteException e) {
            return other;
        }
    }

    private static void require(RemoteClient.Answer answer, String what) {
        if (answer.status() != 200) {
            throw new RemoteException(
                    answer.status(), "%s cannot be read: the registry answered %d".formatted(what, answer.status()));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
