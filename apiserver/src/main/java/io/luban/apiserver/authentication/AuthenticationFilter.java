package io.luban.apiserver.authentication;

import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.apiserver.pipeline.User;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.SourceAddresses;
import io.luban.model.ApiException;
import io.luban.model.Status;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Puts the user on the exchange or answers 401. Relies on the request info for the routes on which a bad credential does
 * not matter. Only a password that was not seen before blocks.
 */
public final class AuthenticationFilter implements Stage {
    private static final String AUTHORIZATION = "Authorization";
    private static final String PROTOCOLS = "Sec-WebSocket-Protocol";
    private static final String BEARER_PROTOCOL = "base64url.bearer.authorization.k8s.io.";

    private final BasicAuthenticator basic;
    private final BearerTokenAuthenticator bearer;
    private final SourceAddresses sources;

    /** Accepts what the two authenticators accept. */
    public AuthenticationFilter(BasicAuthenticator basic, BearerTokenAuthenticator bearer, SourceAddresses sources) {
        this.basic = basic;
        this.bearer = bearer;
        this.sources = sources;
    }

    @Override
    public Step attempt(Exchange exchange) {
        var policy = CredentialPolicy.of(exchange.info().path());
        if (policy == CredentialPolicy.CLIENT) {
            return Step.next(exchange);
        }
        var cleaned = exchange.with(withTokenFromProtocol(exchange.request()));
        var header = cleaned.request().header(AUTHORIZATION).orElse("").trim();
        if (header.isEmpty()) {
            return Step.next(cleaned);
        }
        return switch (scheme(header)) {
            case "basic" ->
                guarded(
                        policy,
                        cleaned,
                        () -> basic.remembered(BasicAuthenticator.parse(header))
                                .map(user -> accepted(cleaned, user, Exchange.Credential.BASIC))
                                .orElse(Step.blocked()));
            case "bearer" ->
                guarded(policy, cleaned, () -> {
                    var user = bearer.authenticate(header);
                    return accepted(cleaned, user, Exchange.Credential.BEARER);
                });
            default ->
                guarded(policy, cleaned, () -> {
                    throw unrecognized();
                });
        };
    }

    @Override
    public Step perform(Exchange exchange) {
        var request = exchange.request();
        var policy = CredentialPolicy.of(exchange.info().path());
        return guarded(policy, exchange, () -> {
            var credentials = BasicAuthenticator.parse(
                    request.header(AUTHORIZATION).orElse("").trim());
            var agent = request.header("User-Agent").orElse("");
            var user = basic.authenticate(credentials, sources.of(request), agent);
            return accepted(exchange, user, Exchange.Credential.BASIC);
        });
    }

    /** The header stays: other clusters authenticate again, and backends may have to call back. */
    private static Step accepted(Exchange exchange, User user, Exchange.Credential how) {
        return Step.next(exchange.with(user, how));
    }

    private static Step guarded(CredentialPolicy policy, Exchange exchange, Supplier<Step> decision) {
        try {
            return decision.get();
        } catch (ApiException e) {
            if (e.code() == 401 && policy == CredentialPolicy.OPTIONAL) {
                var request = exchange.request();
                return Step.next(
                        exchange.with(request.withHeaders(request.headers().without(AUTHORIZATION))));
            }
            return Step.answer(refused(exchange.request(), e.status()));
        }
    }

    private static Reply refused(Request request, Status status) {
        if (status.code() != 401) {
            return Reply.of(status);
        }
        return new Reply.Edited(ErrorResponses.refusal(request, status), AuthenticationFilter::challenging);
    }

    private static Headers challenging(Headers headers) {
        return headers.with("WWW-Authenticate", "Bearer realm=\"kubesphere\", error=\"invalid_token\"");
    }

    private static String scheme(String header) {
        int blank = header.indexOf(' ');
        var word = blank < 0 ? "" : header.substring(0, blank);
        return word.equalsIgnoreCase("bearer") ? "bearer" : word.equalsIgnoreCase("basic") ? "basic" : "";
    }

    private static ApiException unrecognized() {
        return ApiException.unauthorized("The request cannot be authenticated.");
    }

    /** Browsers cannot set headers on a WebSocket; Kubernetes' clients put the token among the subprotocols. */
    private static Request withTokenFromProtocol(Request request) {
        if (!request.isUpgrade()) {
            return request;
        }
        var offered = String.join(",", request.headers().all(PROTOCOLS));
        if (!offered.contains(BEARER_PROTOCOL)) {
            return request;
        }
        var protocols = Arrays.stream(offered.split(",")).map(String::trim).toList();
        var rest = protocols.stream()
                .filter(protocol -> !protocol.startsWith(BEARER_PROTOCOL))
                .toList();
        var headers = request.headers().without(PROTOCOLS);
        if (!rest.isEmpty()) {
            headers = headers.with(PROTOCOLS, String.join(", ", rest));
        }
        var carried = protocols.stream()
                .filter(protocol -> protocol.startsWith(BEARER_PROTOCOL))
                .findFirst()
                .flatMap(protocol -> decoded(protocol.substring(BEARER_PROTOCOL.length())));
        if (carried.isPresent() && !headers.contains(AUTHORIZATION)) {
            headers = headers.with(AUTHORIZATION, "Bearer " + carried.get());
        }
        return request.withHeaders(headers);
    }

    private static Optional<String> decoded(String token) {
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
