package io.luban.apiserver.kapis.config;

import io.luban.apiserver.authentication.token.TokenSettings;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.router.Route;
import io.luban.http.Reply;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.time.Duration;
import java.util.List;

/**
 * {@code /kapis/config.kubesphere.io/v1alpha2/configs}: several clusters or one, ways to log in, how pages look. Readable
 * before logging in, by the role of everybody.
 */
public final class ConfigApi implements AutoCloseable {
    private static final String CONFIGS = "/kapis/config.kubesphere.io/v1alpha2/configs/";
    private static final String TAG = "NonResource APIs";

    private final MulticlusterOptions multicluster;
    private final TokenSettings tokens;
    private final LoginDocuments logins;
    private final Theme theme;
    private final long maxBodyBytes;

    /**
     * Tells the options, and what {@code kube} has stored of the rest.
     *
     * @param namespace of the platform's own objects
     */
    public ConfigApi(
            MulticlusterOptions multicluster,
            TokenSettings tokens,
            KubeRest kube,
            String namespace,
            long maxBodyBytes) {
        this.multicluster = multicluster;
        this.tokens = tokens;
        this.maxBodyBytes = maxBodyBytes;
        logins = new LoginDocuments(kube, namespace);
        theme = new Theme(kube, namespace);
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.quick("GET", CONFIGS + "configz", this::options)
                        .described(TAG, "Options of the platform that pages need to know."),
                Route.quick("GET", CONFIGS + "oauth", this::oauth)
                        .described(TAG, "Life of tokens, identity providers and, after logging in, OAuth clients."),
                Route.quick("GET", CONFIGS + "theme", exchange -> Reply.json(200, Json.bytes(theme.current())))
                        .described(TAG, "Title and pictures of the console."),
                Route.blocking("PUT", CONFIGS + "theme", this::changeTheme)
                        .described(TAG, "Replaces title and pictures of the console."));
    }

    private Reply options(Exchange exchange) {
        var json = Json.object();
        json.set("multicluster", multicluster.toJson());
        return Reply.json(200, Json.bytes(json));
    }

    private Reply oauth(Exchange exchange) {
        boolean isAnonymous = exchange.user().isAnonymous();
        var json = Json.object();
        json.putObject("issuer")
                .put("url", tokens.issuer())
                .put("accessTokenMaxAge", tokens.accessTokenMaxAge().toNanos())
                .put("accessTokenInactivityTimeout", tokens.inactivityTimeout().toNanos())
                .put("maximumClockSkew", tokens.clockSkew().toNanos());
        json.set("identityProviders", logins.providers(isAnonymous));
        if (!isAnonymous) {
            json.set("clients", logins.clients());
        }
        return Reply.json(200, Json.bytes(json));
    }

    private Reply changeTheme(Exchange exchange) {
        var wanted = Json.object();
        try {
            Json.parseObject(exchange.request().body(maxBodyBytes)).properties().forEach(member -> {
                if (!member.getValue().isTextual()) {
                    throw new ParseException(member.getKey() + " is no text");
                }
                wanted.set(member.getKey(), member.getValue());
            });
        } catch (ParseException e) {
            throw ApiException.badRequest("the theme must be an object of texts: " + e.getMessage());
        }
        theme.replace(wanted);
        return Reply.json(200, Json.bytes(wanted));
    }

    /** Waits for the first listing. */
    public boolean awaitSync(Duration limit) throws InterruptedException {
        return logins.awaitSync(limit) && theme.awaitSync(limit);
    }

    @Override
    public void close() {
        theme.close();
        logins.close();
    }
}
