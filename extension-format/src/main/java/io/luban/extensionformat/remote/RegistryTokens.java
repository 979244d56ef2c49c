package io.luban.extensionformat.remote;

import io.luban.model.Json;
import io.luban.model.ParseException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Answers a registry's challenge: the credentials themselves, or a token that its token service gives for them. */
final class RegistryTokens {
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z_]+)=\"([^\"]*)\"");
    private static final long MAX_TOKEN = 64 * 1024;

    private final RemoteClient client;

    RegistryTokens(RemoteClient client) {
        this.client = client;
    }

    /**
     * The Authorization field for a challenge; throws {@link RemoteException} when it cannot be answered.
     *
     * @param own whether the credentials are for this registry
     */
    String answer(String challenge, URI registry, String scope, boolean own) {
        var scheme = challenge.strip().toLowerCase(Locale.ROOT);
        if (scheme.startsWith("basic")) {
            return credentials(registry, own);
        }
        if (!scheme.startsWith("bearer")) {
            throw new RemoteException(401, "%s asks for an unknown kind of login".formatted(registry));
        }
        var parameters = new HashMap<String, String>();
        var matcher = PARAMETER.matcher(challenge);
        while (matcher.find()) {
            parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), matcher.group(2));
        }
        return "Bearer " + token(parameters, registry, parameters.getOrDefault("scope", scope), own);
    }

    private String credentials(URI registry, boolean own) {
        if (!own || !client.access().hasCredentials()) {
            throw new RemoteException(401, "%s asks for a user and a password".formatted(registry));
        }
        return RemoteClient.basic(client.access());
    }

    private String token(Map<String, String> parameters, URI registry, String scope, boolean own) {
        var realm = parameters.getOrDefault("realm", "");
        var uri = URI.create(realm + (realm.contains("?") ? "&" : "?") + "service="
                + encode(parameters.getOrDefault("service", "")) + "&scope=" + encode(scope));
        boolean sameMachine =
                "http".equals(registry.getScheme()) && registry.getHost().equals(uri.getHost());
        boolean safe = own && (sameMachine || "https".equals(uri.getScheme()));
        try (var answer = client.send(new RemoteClient.Call(uri, Map.of(), safe))) {
            if (answer.status() != 200) {
                throw new RemoteException(
                        answer.status(), "%s gives no token: %d".formatted(RemoteClient.shown(uri), answer.status()));
            }
            var json = Json.parse(client.bytes(answer, MAX_TOKEN));
            var token = json.path("token").asText(json.path("access_token").asText(""));
            if (token.isEmpty()) {
                throw new RemoteException("%s answers without a token".formatted(RemoteClient.shown(uri)));
            }
            return token;
        } catch (ParseException e) {
            throw new RemoteException("%s answers no JSON".formatted(RemoteClient.shown(uri)));
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
