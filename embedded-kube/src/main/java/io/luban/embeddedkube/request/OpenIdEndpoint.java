package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.ServiceAccountTokens;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Json;
import java.util.Optional;

/** Lets others verify ServiceAccount tokens: the issuer's description and its public keys. */
public final class OpenIdEndpoint implements Endpoint {
    private static final String KEYS = "/openid/v1/jwks";

    private final ServiceAccountTokens tokens;

    /** The keys are those of {@code tokens}. */
    public OpenIdEndpoint(ServiceAccountTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Optional<Reply> answer(Request request) {
        var path = request.path();
        if (path.equals(KEYS) || path.equals(KEYS + "/")) {
            var headers =
                    Headers.of("Content-Type", "application/jwk-set+json", "Cache-Control", "public, max-age=3600");
            return Optional.of(new Reply.Content(200, headers, Json.bytes(tokens.jwks())));
        }
        return path.equals("/.well-known/openid-configuration")
                ? Optional.of(configuration(request))
                : Optional.empty();
    }

    private static Reply configuration(Request request) {
        var json = Json.object().put("issuer", ServiceAccountTokens.ISSUER);
        json.put("jwks_uri", request.scheme() + "://" + request.authority() + KEYS);
        json.putArray("response_types_supported").add("id_token");
        json.putArray("subject_types_supported").add("public");
        json.putArray("id_token_signing_alg_values_supported").add("RS256");
        return Answers.object(request, MediaChoice.JSON, 200, json);
    }
}
