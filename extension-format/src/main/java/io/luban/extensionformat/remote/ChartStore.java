package io.luban.extensionformat.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.extensionformat.ChartData;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Finds the packaged chart of an ExtensionVersion: in the cluster, or where its {@code chartURL} points. */
public final class ChartStore {
    private static final Duration DOWNLOAD = Duration.ofMinutes(2);
    private static final String CONSENT = "kubesphere.io/repository-ref";
    private static final String REPOSITORIES = "/apis/kubesphere.io/v1alpha1/repositories/";

    private final Function<String, Optional<JsonNode>> find;
    private final Map<String, String> environment;

    /**
     * A finder.
     *
     * @param find reads an object by its API path
     * @param environment variables in which proxies are looked up
     */
    public ChartStore(Function<String, Optional<JsonNode>> find, Map<String, String> environment) {
        this.find = find;
        this.environment = Map.copyOf(environment);
    }

    /** The chart; throws {@link RemoteException} or {@link io.luban.extensionformat.archive.ArchiveException}. */
    public byte[] read(JsonNode extensionVersion) {
        var reference = extensionVersion.at("/spec/chartDataRef");
        if (reference.isObject()) {
            return fromConfigMap(reference);
        }
        var url = extensionVersion.at("/spec/chartURL").asText("");
        if (url.isEmpty()) {
            throw new RemoteException("it has neither spec.chartDataRef nor spec.chartURL");
        }
        var repositoryName = extensionVersion.at("/spec/repository").asText("");
        var repository =
                repositoryName.isEmpty() ? Optional.<JsonNode>empty() : find.apply(REPOSITORIES + repositoryName);
        var access = repository.map(found -> access(found, find)).orElse(RemoteAccess.ANONYMOUS);
        var repositoryUrl =
                repository.map(found -> found.at("/spec/url").asText("")).orElse("");
        try (var client = new RemoteClient(access, environment, Deadline.in(DOWNLOAD))) {
            return ChartFetch.fetch(client, url, repositoryUrl);
        }
    }

    private byte[] fromConfigMap(JsonNode reference) {
        var maps = "/api/v1/namespaces/" + reference.path("namespace").asText("") + "/configmaps/";
        return find.apply(maps + reference.path("name").asText(""))
                .flatMap(first ->
                        ChartData.join(first, reference.path("key").asText(""), other -> find.apply(maps + other)))
                .orElseThrow(() -> new RemoteException(404, "chart data not found in config map"));
    }

    /** How the server of a Repository is reached; its credentials stand there or in a Secret it names. */
    public static RemoteAccess access(JsonNode repository, Function<String, Optional<JsonNode>> find) {
        var spec = repository.path("spec");
        var username = spec.at("/basicAuth/username").asText("");
        var password = spec.at("/basicAuth/password").asText("");
        var reference = spec.path("basicAuthSecretRef");
        if (reference.isObject()) {
            var path = "/api/v1/namespaces/%s/secrets/%s"
                    .formatted(
                            reference.path("namespace").asText(""),
                            reference.path("name").asText(""));
            var secret = find.apply(path)
                    .orElseThrow(() -> new RemoteException("the Secret of basicAuthSecretRef does not exist"));
            requireConsent(repository, secret);
            username = secretText(secret, "username");
            password = secretText(secret, "password");
        }
        return new RemoteAccess(
                username,
                password,
                spec.path("caBundle").asText(""),
                spec.path("insecure").asBoolean(false));
    }

    /** Whoever may write a Repository could otherwise have any Secret of the cluster sent to an address of his choice. */
    private static void requireConsent(JsonNode repository, JsonNode secret) {
        var name = repository.at("/metadata/name").asText("");
        if (name.isEmpty()
                || !secret.at("/metadata/labels").path(CONSENT).asText("").equals(name)) {
            throw new RemoteException(
                    "the Secret of basicAuthSecretRef must carry the label %s: %s, by which its owner agrees"
                            .formatted(CONSENT, name));
        }
    }

    private static String secretText(JsonNode secret, String key) {
        var encoded = secret.path("data").path(key).asText("");
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }
}
