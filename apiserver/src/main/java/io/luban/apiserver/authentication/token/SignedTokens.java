package io.luban.apiserver.authentication.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.JsonWebToken;
import io.luban.model.ParseException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes and reads JSON Web Tokens (RFC 7519) signed with HMAC-SHA-256 over the raw bytes of the platform's secret. The
 * secret may be shorter than the 32 bytes that libraries insist on, because host and member clusters already share one.
 */
public final class SignedTokens {
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final int LONGEST = 16 * 1024;

    private final JsonWebToken signer;
    private final Clock clock;
    private final Duration skew;

    /** Tokens under {@code secret}; {@code skew} is how far in the future a token may claim to be issued. */
    public SignedTokens(String secret, Clock clock, Duration skew) {
        signer = new JsonWebToken(secret);
        this.clock = clock;
        this.skew = skew;
    }

    /** The compact form of the claims. */
    public String sign(ObjectNode claims) {
        return signer.sign(claims);
    }

    /** The claims of a token that is ours and not expired; otherwise a 401 that says why. */
    public Claims verify(String token) {
        var claims = verifyIgnoringExpiry(token);
        if (claims.expiresAt() > 0 && clock.instant().getEpochSecond() >= claims.expiresAt()) {
            throw ApiException.unauthorized("token is expired");
        }
        return claims;
    }

    /** The claims of a token that is ours, even when its time is over. */
    public Claims verifyIgnoringExpiry(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0 || token.length() > LONGEST) {
            throw ApiException.unauthorized("token contains an invalid number of segments");
        }
        var algorithm = decode(token.substring(0, first)).path("alg").asText("");
        if (!algorithm.equals("HS256")) {
            throw ApiException.unauthorized("signing method " + algorithm + " is not accepted");
        }
        var signature = bytes(token.substring(second + 1));
        if (!MessageDigest.isEqual(signer.mac(token.substring(0, second)), signature)) {
            throw ApiException.unauthorized("signature is invalid");
        }
        return claims(decode(token.substring(first + 1, second)));
    }

    private Claims claims(JsonNode json) {
        var issuedAt = json.path("iat").asLong(0);
        if (issuedAt > clock.instant().plus(skew).getEpochSecond()) {
            throw ApiException.unauthorized("token was issued in the future");
        }
        var subject = json.path("sub").asText("");
        return new Claims(
                json.path("username").asText(subject),
                json.path("token_type").asText(""),
                issuedAt,
                json.path("exp").asLong(0),
                json.path("sid").asText(""),
                json.path("client_id").asText(""),
                extra(json.path("extra")));
    }

    private static Map<String, List<String>> extra(JsonNode json) {
        var extra = new HashMap<String, List<String>>();
        json.properties().forEach(member -> {
            var values = new ArrayList<String>();
            member.getValue().forEach(value -> values.add(value.asText()));
            extra.put(member.getKey(), List.copyOf(values));
        });
        return Map.copyOf(extra);
    }

    private static JsonNode decode(String segment) {
        try {
            return Json.parseObject(bytes(segment));
        } catch (ParseException e) {
            throw ApiException.unauthorized("token is malformed");
        }
    }

    private static byte[] bytes(String segment) {
        try {
            return DECODER.decode(segment);
        } catch (IllegalArgumentException e) {
            throw ApiException.unauthorized("token is malformed");
        }
    }

    @Override
    public String toString() {
        return "tokens signed by HS256";
    }
}
