package io.luban.controller.serviceaccount;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.kube.KubeRest;
import io.luban.kube.Namespaces;
import io.luban.kube.TokenSecret;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.Json;
import io.luban.model.JsonWebToken;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;

/** Puts the token of an account into a Secret that was made for it and has none. */
final class TokenReconciler implements Reconciler {
    private static final String SYSTEM = "kubesphere-system";

    private final KubeRest kube;
    private final AccountSettings settings;
    private final Ids ids;
    private final Clock clock;

    TokenReconciler(KubeRest kube, AccountSettings settings, Ids ids, Clock clock) {
        this.kube = kube;
        this.settings = settings;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public Outcome reconcile(String key) {
        var place = Place.of(key);
        var path = Accounts.secrets(place.namespace()) + "/" + place.name();
        var found = kube.find(path);
        if (found.isEmpty() || Accounts.hasToken(found.get()) || Accounts.isBeingDeleted(found.get())) {
            return Outcome.DONE;
        }
        var owner = Accounts.owner(found.get());
        // An account that comes later calls here for all of its Secrets.
        var account = owner.isEmpty()
                ? java.util.Optional.<ObjectNode>empty()
                : Accounts.find(kube, place.namespace(), owner).filter(present -> !Accounts.isBeingDeleted(present));
        if (account.isPresent()) {
            fill(
                    path,
                    found.get(),
                    claims(place, owner, account.get().at("/metadata/uid").asText("")));
        }
        return Outcome.DONE;
    }

    private void fill(String path, ObjectNode secret, ObjectNode claims) {
        var token = new JsonWebToken(key()).sign(claims);
        var patch = Json.object();
        patch.putObject("metadata").set("resourceVersion", secret.at("/metadata/resourceVersion"));
        patch.putObject("data")
                .put("token", Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.US_ASCII)));
        try {
            kube.patch(path, patch);
        } catch (ApiException e) {
            // Somebody else was faster; the change that they made comes here as well.
            if (e.code() != 404 && e.code() != 409) {
                throw e;
            }
        }
    }

    private ObjectNode claims(Place secret, String account, String uid) {
        var subject = "kubesphere:serviceaccount:%s:%s".formatted(secret.namespace(), account);
        var claims = Json.object()
                .put("iss", settings.issuer())
                .put("sub", subject)
                .put("iat", clock.instant().getEpochSecond())
                .put("token_type", "static_token")
                .put("username", subject)
                .put("jti", ids.uuid());
        var extra = claims.putObject("extra");
        extra.putArray("secret-name").add(secret.name());
        extra.putArray("secret-namespace").add(secret.namespace());
        extra.putArray("sa-uid").add(uid);
        return claims;
    }

    private String key() {
        if (!settings.tokenSecret().isEmpty()) {
            return settings.tokenSecret();
        }
        Namespaces.ensure(kube, SYSTEM);
        return TokenSecret.findOrCreate(kube, SYSTEM);
    }
}
