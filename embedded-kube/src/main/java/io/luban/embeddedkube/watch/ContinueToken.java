package io.luban.embeddedkube.watch;

import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Where a paged list goes on. Signed together with what is listed, so that a token can neither be forged nor carried over
 * to another namespace or selector.
 *
 * @param revision version of the list, {@link #NEWEST} to go on inconsistently
 * @param namespace namespace of the last object sent
 * @param name its name
 */
record ContinueToken(long revision, String namespace, String name) {
    static final long NEWEST = -1;
    private static final String API_VERSION = "meta.k8s.io/v1";
    private static final int SIGNATURE_BYTES = 16;

    String encode(byte[] key, String identity) {
        var json = Json.object()
                .put("v", API_VERSION)
                .put("rv", revision)
                .put("start", namespace + "/" + name + "\0")
                .put("sig", signature(key, identity));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json));
    }

    /** Throws 400 when the token was not made by this server for this list. */
    static ContinueToken decode(String text, byte[] key, String identity) {
        try {
            var json = Json.parse(Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.UTF_8)));
            var start = json.path("start").asText();
            int slash = start.indexOf('/');
            if (slash < 0 || !start.endsWith("\0")) {
                throw malformed("the place to go on is missing");
            }
            var token = new ContinueToken(
                    json.path("rv").asLong(),
                    start.substring(0, slash),
                    start.substring(slash + 1, start.length() - 1));
            boolean genuine = MessageDigest.isEqual(
                    token.signature(key, identity).getBytes(StandardCharsets.UTF_8),
                    json.path("sig").asText().getBytes(StandardCharsets.UTF_8));
            if (!genuine) {
                throw malformed("it was made for another list");
            }
            return token;
        } catch (IllegalArgumentException | ParseException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static ApiException malformed(String reason) {
        return ApiException.badRequest("invalid continue token: continue key is not valid: " + reason);
    }

    private String signature(byte[] key, String identity) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((revision + "\n" + namespace + "\n" + name + "\n" + identity).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Arrays.copyOf(mac.doFinal(), SIGNATURE_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
