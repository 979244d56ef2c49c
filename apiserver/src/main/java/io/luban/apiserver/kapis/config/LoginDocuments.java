package io.luban.apiserver.kapis.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Identity providers and OAuth clients as Secrets describe them, without what nobody may read: no key whose name speaks of a
 * password, secret, token, key or credential, at any depth. Who has not logged in sees of a provider only what the login page
 * needs, and no clients.
 */
final class LoginDocuments implements AutoCloseable {
    private static final String TYPE = "config.kubesphere.io/type";
    private static final List<String> SECRET_WORDS = List.of("password", "secret", "token", "key", "credential");
    private static final List<String> ADDRESSES_OF_TOKENS = List.of("tokenurl");
    private static final List<String> FOR_LOGIN =
            List.of("clientID", "redirectURL", "scopes", "casServerURL", "authURL");
    private static final List<String> ENDPOINTS_FOR_LOGIN = List.of("authURL", "endSessionURL");

    private final ProjectedCache<ObjectNode> providers;
    private final ProjectedCache<ObjectNode> clients;

    /** Follows the Secrets of the namespace. */
    LoginDocuments(KubeRest kube, String namespace) {
        var secrets = CollectionQuery.of("/api/v1/namespaces/" + namespace + "/secrets");
        providers = ProjectedCache.start(kube, secrets.labelled(TYPE + "=identityprovider"), LoginDocuments::read);
        clients = ProjectedCache.start(kube, secrets.labelled(TYPE + "=oauthclient"), LoginDocuments::read);
    }

    private static Optional<ObjectNode> read(ObjectNode secret) {
        try {
            var encoded = secret.path("data").path("configuration.yaml").asText("");
            var yaml = Yaml.parse(new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
            return yaml instanceof ObjectNode content
                            && !content.path("name").asText("").isEmpty()
                    ? Optional.of(withoutSecrets(content))
                    : Optional.empty();
        } catch (IllegalArgumentException | ParseException e) {
            // whoever uses the Secret reports it
            return Optional.empty();
        }
    }

    private static ObjectNode withoutSecrets(ObjectNode object) {
        var kept = Json.object();
        object.properties().forEach(member -> {
            if (!isSecret(member.getKey())) {
                kept.set(member.getKey(), withoutSecrets(member.getValue()));
            }
        });
        return kept;
    }

    private static JsonNode withoutSecrets(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> withoutSecrets(object);
            case ArrayNode array -> {
                var kept = Json.array();
                array.forEach(item -> kept.add(withoutSecrets(item)));
                yield kept;
            }
            default -> value;
        };
    }

    private static boolean isSecret(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return !ADDRESSES_OF_TOKENS.contains(lower)
                && !lower.startsWith("accesstoken")
                && SECRET_WORDS.stream().anyMatch(lower::contains);
    }

    /** The providers by name. */
    ArrayNode providers(boolean isAnonymous) {
        return sorted(providers, isAnonymous ? LoginDocuments::forLogin : provider -> provider);
    }

    /** The clients by name. */
    ArrayNode clients() {
        return sorted(clients, client -> client);
    }

    private static ArrayNode sorted(ProjectedCache<ObjectNode> documents, UnaryOperator<ObjectNode> edit) {
        var list = Json.array();
        documents.all().values().stream()
                .sorted(Comparator.comparing(content -> content.path("name").asText("")))
                .forEach(content -> list.add(edit.apply(content)));
        return list;
    }

    private static ObjectNode forLogin(ObjectNode provider) {
        var shown = Json.object();
        provider.properties().forEach(member -> {
            if (!member.getKey().equals("provider")) {
                shown.set(member.getKey(), member.getValue());
            }
        });
        var options = shown.putObject("provider");
        if (provider.path("hidden").asBoolean(false)
                || provider.path("disabled").asBoolean(false)) {
            return shown;
        }
        copy(provider.path("provider"), options, FOR_LOGIN);
        if (provider.path("provider").get("endpoint") instanceof ObjectNode endpoint) {
            copy(endpoint, options.putObject("endpoint"), ENDPOINTS_FOR_LOGIN);
        }
        return shown;
    }

    private static void copy(JsonNode from, ObjectNode to, List<String> names) {
        for (var name : names) {
            if (from.has(name)) {
                to.set(name, from.path(name));
            }
        }
    }

    boolean awaitSync(Duration limit) throws InterruptedException {
        return providers.awaitSync(limit) && clients.awaitSync(limit);
    }

    @Override
    public void close() {
        clients.close();
        providers.close();
    }
}
