package io.luban.apiserver.kapis.oauth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.authentication.Account;
import io.luban.apiserver.authentication.Accounts;
import io.luban.apiserver.authentication.token.SignedTokens;
import io.luban.apiserver.authentication.token.TokenStore;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.router.Route;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.List;

/** Routes below {@code /oauth} and {@code /.well-known}. */
public final class OAuthApi {
    private static final String TAG = "Authentication";

    private final String issuer;
    private final TokenEndpoint tokens;
    private final Accounts accounts;
    private final SignedTokens signed;
    private final TokenStore store;
    private final SigningKey signingKey;

    /** Serves under the issuer's URL. */
    public OAuthApi(
            String issuer,
            TokenEndpoint tokens,
            Accounts accounts,
            SignedTokens signed,
            TokenStore store,
            SigningKey signingKey) {
        this.issuer = issuer;
        this.tokens = tokens;
        this.accounts = accounts;
        this.signed = signed;
        this.store = store;
        this.signingKey = signingKey;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.blocking("POST", "/oauth/token", tokens::handle)
                        .described(TAG, "Exchange a password or a refresh token for tokens (RFC 6749 §4.3, §6)."),
                Route.quick("GET", "/.well-known/openid-configuration", this::discovery)
                        .described(TAG, "Metadata of the OpenID provider (OpenID Connect Discovery 1.0 §4)."),
                Route.quick("GET", "/.well-known/oauth-authorization-server", this::discovery)
                        .described(TAG, "Metadata of the authorization server (RFC 8414)."),
                Route.quick("GET", "/oauth/.well-known/openid-configuration", this::discovery),
                Route.blocking("GET", "/oauth/keys", this::keys)
                        .described(TAG, "Public keys that verify ID tokens (RFC 7517)."),
                Route.quick("GET", "/oauth/userinfo", this::userInfo)
                        .described(TAG, "Claims about the bearer of the token (OpenID Connect Core 1.0 §5.3)."),
                Route.quick("POST", "/oauth/userinfo", this::userInfo),
                Route.blocking("GET", "/oauth/logout", this::logout).described(TAG, "End the login of the bearer."),
                Route.blocking("POST", "/oauth/logout", this::logout));
    }

    private Reply discovery(Exchange exchange) {
        var base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        var json = Json.object()
                .put("issuer", issuer)
                .put("authorization_endpoint", base + "/oauth/authorize")
                .put("token_endpoint", base + "/oauth/token")
                .put("userinfo_endpoint", base + "/oauth/userinfo")
                .put("jwks_uri", base + "/oauth/keys")
                .put("end_session_endpoint", base + "/oauth/logout");
        list(json, "grant_types_supported", "authorization_code", "refresh_token");
        list(json, "response_types_supported", "code", "id_token");
        list(json, "subject_types_supported", "public");
        list(json, "id_token_signing_alg_values_supported", "RS256");
        list(json, "code_challenge_methods_supported", "plain", "S256");
        list(json, "scopes_supported", "openid", "email", "profile");
        list(json, "token_endpoint_auth_methods_supported", "client_secret_post", "client_secret_basic");
        list(json, "claims_supported", "iss", "sub", "aud", "iat", "exp", "email", "locale", "preferred_username");
        return published(json);
    }

    private static void list(ObjectNode json, String member, String... values) {
        var array = json.putArray(member);
        for (var value : values) {
            array.add(value);
        }
    }

    private Reply keys(Exchange exchange) {
        return published(signingKey.published());
    }

    private static Reply published(ObjectNode json) {
        var headers = Headers.of(
                "Content-Type",
                "application/json",
                "Cache-Control",
                "public, max-age=300",
                "Access-Control-Allow-Origin",
                "*");
        return new Reply.Content(200, headers, Json.bytes(json));
    }

    private Reply userInfo(Exchange exchange) {
        var user = exchange.user();
        if (user.isAnonymous()) {
            return new OAuthError(
                            401,
                            "invalid_token",
                            "The request carries no access token.",
                            Headers.of("WWW-Authenticate", "Bearer realm=\"kubesphere\""))
                    .reply();
        }
        return accounts.named(user.name())
                .map(account -> Reply.json(200, Json.bytes(claims(account))))
                .orElseGet(
                        () -> new OAuthError(403, "insufficient_scope", "The token does not belong to a platform user.")
                                .reply());
    }

    private static ObjectNode claims(Account account) {
        var profile = account.profile();
        var json = Json.object().put("sub", account.name());
        putUnlessEmpty(json, "name", profile.displayName());
        json.put("url", account.name()).put("preferred_username", account.name());
        putUnlessEmpty(json, "email", profile.email());
        putUnlessEmpty(json, "locale", profile.language());
        return json;
    }

    private static void putUnlessEmpty(ObjectNode json, String member, String value) {
        if (!value.isEmpty()) {
            json.put(member, value);
        }
    }

    /** Ends the whole login of the bearer; where the browser may go afterwards is limited to the issuer's origin. */
    private Reply logout(Exchange exchange) {
        var request = exchange.request();
        var header = request.header("Authorization").orElse("");
        if (!exchange.user().isAnonymous() && header.regionMatches(true, 0, "bearer ", 0, 7)) {
            try {
                var claims = signed.verifyIgnoringExpiry(header.substring(7).trim());
                store.login(claims.login()).ifPresent(login -> store.end(login.id()));
            } catch (ApiException e) {
                if (e.code() != 401) {
                    throw e;
                }
            }
        }
        var target = request.query("post_logout_redirect_uri").orElse("");
        if (target.isEmpty()) {
            return Reply.json(200, Json.bytes(Json.object().put("message", "success")));
        }
        return Reply.redirect(
                302, LogoutTarget.of(issuer, target, request.query("state").orElse("")));
    }
}
