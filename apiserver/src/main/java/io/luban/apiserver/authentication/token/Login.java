package io.luban.apiserver.authentication.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * One login and the tokens born from it.
 *
 * @param startedAt epoch seconds
 * @param tokens digest of each token → epoch second at which it ends
 */
public record Login(String id, String user, String client, long startedAt, Map<String, Long> tokens) {
    /** Defensive copy. */
    public Login {
        tokens = Map.copyOf(tokens);
    }

    /** The name under which a token is known to the store. */
    public static String digest(String token) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java lacks SHA-256", e);
        }
    }

    /** With one more token. */
    public Login with(String digest, long expiresAt) {
        var changed = new HashMap<>(tokens);
        changed.put(digest, expiresAt);
        return new Login(id, user, client, startedAt, changed);
    }

    /** Without the tokens whose time is over. */
    public Login pruned(Instant now) {
        var changed = new HashMap<>(tokens);
        changed.values().removeIf(end -> end <= now.getEpochSecond());
        return new Login(id, user, client, startedAt, changed);
    }

    /** Whether none of its tokens is good any more. */
    public boolean isOver(Instant now) {
        return tokens.values().stream().allMatch(end -> end <= now.getEpochSecond());
    }

    ObjectNode toJson() {
        var json = Json.object()
                .put("id", id)
                .put("user", user)
                .put("client", client)
                .put("startedAt", startedAt);
        var list = json.putObject("tokens");
        tokens.forEach(list::put);
        return json;
    }

    static Login from(JsonNode json) {
        var tokens = new HashMap<String, Long>();
        json.path("tokens")
                .properties()
                .forEach(token -> tokens.put(token.getKey(), token.getValue().asLong()));
        return new Login(
                json.path("id").asText(""),
                json.path("user").asText(""),
                json.path("client").asText(""),
                json.path("startedAt").asLong(),
                tokens);
    }
}
