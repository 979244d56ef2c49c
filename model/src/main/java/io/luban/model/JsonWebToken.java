package io.luban.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signing half of JSON Web Tokens (RFC 7519) by HMAC-SHA-256 over the raw bytes of a secret. The secret may be shorter
 * than the 32 bytes that libraries insist on, because clusters that belong together already share one.
 */
public final class JsonWebToken {
    private static final String HMAC = "HmacSHA256";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final String HEADER =
            ENCODER.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));

    private final SecretKeySpec key;

    /** Signs with {@code secret}. */
    public JsonWebToken(String secret) {
        key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC);
    }

    /** The compact form of the claims. */
    public String sign(ObjectNode claims) {
        var content = HEADER + "." + ENCODER.encodeToString(Json.bytes(claims));
        return content + "." + ENCODER.encodeToString(mac(content));
    }

    /** The signature of a token's first two parts. */
    public byte[] mac(String content) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(content.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + HMAC, e);
        }
    }

    @Override
    public String toString() {
        return "tokens signed by HS256";
    }
}
