package io.luban.kube;

import io.luban.model.ApiException;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** The key that signs tokens: as configured, or made once and kept in a Secret so that logins survive restarts. */
public final class TokenSecret {
    private static final String NAME = "ks-token-secret";
    private static final String MEMBER = "jwtSecret";
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 32;

    private TokenSecret() {}

    /** The key of a cluster, by whose Secret in {@code namespace} all parts of the platform agree on it. */
    public static String findOrCreate(KubeRest kube, String namespace) {
        var collection = "/api/v1/namespaces/" + namespace + "/secrets";
        var path = collection + "/" + NAME;
        var stored = kube.find(path);
        if (stored.isEmpty()) {
            var secret =
                    Json.object().put("apiVersion", "v1").put("kind", "Secret").put("type", "Opaque");
            secret.putObject("metadata").put("name", NAME).put("namespace", namespace);
            var bytes = random().getBytes(StandardCharsets.US_ASCII);
            secret.putObject("data").put(MEMBER, Base64.getEncoder().encodeToString(bytes));
            try {
                kube.create(collection, secret);
            } catch (ApiException e) {
                if (e.code() != 409) {
                    throw e;
                }
            }
            stored = kube.find(path);
        }
        var encoded = stored.map(secret -> secret.path("data").path(MEMBER).asText(""))
                .orElse("");
        if (encoded.isEmpty()) {
            throw ApiException.internal("secret %s/%s lacks %s".formatted(namespace, NAME, MEMBER));
        }
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
    }

    private static String random() {
        var random = new SecureRandom();
        var text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
