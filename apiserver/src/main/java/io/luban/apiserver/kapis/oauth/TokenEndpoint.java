package io.luban.apiserver.kapis.oauth;

import io.luban.apiserver.authentication.Account;
import io.luban.apiserver.authentication.PasswordLogin;
import io.luban.apiserver.authentication.token.TokenIssuer;
import io.luban.apiserver.authentication.token.TokenPair;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.SourceAddresses;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** {@code POST /oauth/token}: passwords and refresh tokens for tokens. */
public final class TokenEndpoint {
    private final OAuthClients clients;
    private final PasswordLogin logins;
    private final TokenIssuer issuer;
    private final SourceAddresses sources;
    private final boolean multipleLogin;

    /** {@code multipleLogin} false ends a user's other logins at each login. */
    public TokenEndpoint(
            OAuthClients clients,
            PasswordLogin logins,
            TokenIssuer issuer,
            SourceAddresses sources,
            boolean multipleLogin) {
        this.clients = clients;
        this.logins = logins;
        this.issuer = issuer;
        this.sources = sources;
        this.multipleLogin = multipleLogin;
    }

    Reply handle(Exchange exchange) {
        try {
            var request = exchange.request();
            var form = Form.read(request);
            var client = client(request, form);
            return success(
                    switch (form.value("grant_type")) {
                        case "password" -> password(request, form, client);
                        case "refresh_token" -> refresh(form, client);
                        case "" -> throw OAuthError.invalidRequest("The parameter grant_type is missing.");
                        default ->
                            throw new OAuthError(
                                    400, "unsupported_grant_type", "The provided grant_type is not supported.");
                    });
        } catch (OAuthError e) {
            return e.reply();
        }
    }

    private OAuthClient client(Request request, Form form) {
        var id = form.value("client_id");
        var secret = form.value("client_secret");
        var basic = request.header("Authorization").filter(header -> header.regionMatches(true, 0, "basic ", 0, 6));
        if (basic.isPresent()) {
            var parts = basicCredentials(basic.get());
            if (!id.isEmpty() && !id.equals(parts[0])) {
                throw OAuthError.invalidRequest("The client is named twice and differently.");
            }
            id = parts[0];
            secret = parts[1];
        }
        var challenge =
                basic.isPresent() ? Headers.of("WWW-Authenticate", "Basic realm=\"kubesphere\"") : Headers.EMPTY;
        var unknown = new OAuthError(
                basic.isPresent() ? 401 : 400,
                "invalid_client",
                "The provided client_id is invalid or does not exist.",
                challenge);
        var client = clients.named(id).orElseThrow(() -> unknown);
        if (!client.hasSecret(secret)) {
            throw new OAuthError(401, "invalid_client", "Invalid client credential.", challenge);
        }
        if (client.grantMethod().equals("deny")) {
            throw new OAuthError(400, "unauthorized_client", "The client may not be granted tokens.");
        }
        return client;
    }

    private static String[] basicCredentials(String header) {
        try {
            var text = new String(Base64.getDecoder().decode(header.substring(6).trim()), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon > 0) {
                var id = java.net.URLDecoder.decode(text.substring(0, colon), StandardCharsets.UTF_8);
                var secret = java.net.URLDecoder.decode(text.substring(colon + 1), StandardCharsets.UTF_8);
                return new String[] {id, secret};
            }
        } catch (IllegalArgumentException e) {
            throw OAuthError.invalidRequest("The Basic credentials cannot be decoded.");
        }
        throw OAuthError.invalidRequest("The Basic credentials lack a colon.");
    }

    private TokenPair password(Request request, Form form, OAuthClient client) {
        if (!client.trusted()) {
            throw new OAuthError(400, "unauthorized_client", "The client may not use the password grant.");
        }
        if (!form.value("provider").isEmpty()) {
            throw OAuthError.invalidRequest("The identity provider does not exist.");
        }
        var attempt = new PasswordLogin.Attempt(
                form.value("username"),
                form.value("password"),
                sources.of(request),
                request.header("User-Agent").orElse(""),
                "Token",
                true);
        return switch (throttled(attempt)) {
            case PasswordLogin.Result.Success success -> issue(success.account(), client);
            case PasswordLogin.Result.Suspended suspended -> throw OAuthError.invalidGrant("The account is suspended.");
            case PasswordLogin.Result.Incorrect incorrect ->
                throw OAuthError.invalidGrant("Invalid username or password.");
        };
    }

    private PasswordLogin.Result throttled(PasswordLogin.Attempt attempt) {
        try {
            return logins.login(attempt);
        } catch (ApiException e) {
            if (e.code() != 429) {
                throw e;
            }
            var seconds = Integer.toString(e.status().details().retryAfterSeconds());
            throw new OAuthError(
                    429,
                    "invalid_grant",
                    "Too many failed logins, try again later.",
                    Headers.of("Retry-After", seconds));
        }
    }

    private TokenPair issue(Account account, OAuthClient client) {
        if (!multipleLogin) {
            issuer.endAll(account.name());
        }
        Map<String, List<String>> extra = account.uninitialized() ? Map.of("uninitialized", List.of("true")) : Map.of();
        return issuer.login(account.name(), client.name(), extra);
    }

    private TokenPair refresh(Form form, OAuthClient client) {
        try {
            return issuer.refresh(form.value("refresh_token"), client.name());
        } catch (ApiException e) {
            if (e.code() != 401) {
                throw e;
            }
            throw OAuthError.invalidGrant("The refresh token is not valid: " + e.getMessage());
        }
    }

    private static Reply success(TokenPair pair) {
        var body = Json.object()
                .put("access_token", pair.accessToken())
                .put("token_type", "Bearer")
                .put("refresh_token", pair.refreshToken());
        if (pair.expiresInSeconds() > 0) {
            body.put("expires_in", pair.expiresInSeconds());
        }
        var headers = Headers.of("Content-Type", "application/json", "Cache-Control", "no-store", "Pragma", "no-cache");
        return new Reply.Content(200, headers, Json.bytes(body));
    }
}
