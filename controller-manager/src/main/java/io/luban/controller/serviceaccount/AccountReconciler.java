package io.luban.controller.serviceaccount;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.extension.Lists;
import io.luban.controller.extension.ObjectEvents;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Gives an account a Secret for its token, tells what is wrong with those it names, and removes them with it. */
final class AccountReconciler implements Reconciler {
    private static final int REMEMBERED = 1000;
    private static final String OF_TYPE = "?fieldSelector=type%3D" + Accounts.TYPE.replace("/", "%2F");

    private final KubeRest kube;
    private final ObjectEvents events;
    private final Optional<RootAuthority> authority;
    private final Restarts restarts;
    /** What was told last of each account's Secrets; told again after a restart. */
    private final Map<String, String> told = new ConcurrentHashMap<>();

    /** A reconciler; {@code authority} where workloads need it. */
    AccountReconciler(KubeRest kube, ObjectEvents events, Optional<RootAuthority> authority, Restarts restarts) {
        this.kube = kube;
        this.events = events;
        this.authority = authority;
        this.restarts = restarts;
    }

    @Override
    public Outcome reconcile(String key) {
        var place = Place.of(key);
        var found = Accounts.find(kube, place.namespace(), place.name());
        if (found.isEmpty()) {
            told.remove(key);
            return Outcome.DONE;
        }
        var account = found.get();
        if (Accounts.isBeingDeleted(account)) {
            return remove(place, account);
        }
        if (!hasFinalizer(account)) {
            write(place, finalizers(account, true));
            return Outcome.again(Duration.ZERO);
        }
        authority.ifPresent(present -> present.ensure(place.namespace()));
        if (account.path("secrets").isEmpty()) {
            giveSecret(place, account);
            return Outcome.DONE;
        }
        tellInvalid(key, account);
        Accounts.secretWithToken(kube, account).ifPresent(secret -> restarts.follow(place, secret));
        return Outcome.DONE;
    }

    /** One that an interrupted attempt has left is as good as a new one. */
    private void giveSecret(Place place, ObjectNode account) {
        var secret = Lists.items(kube, Accounts.secrets(place.namespace()) + OF_TYPE).stream()
                .filter(candidate -> Accounts.isOf(candidate, place.name()) && !Accounts.isBeingDeleted(candidate))
                .findFirst()
                .orElseGet(() -> kube.create(Accounts.secrets(place.namespace()), newSecret(place)));
        var patch = Json.object();
        patch.putObject("metadata").set("resourceVersion", account.at("/metadata/resourceVersion"));
        patch.putArray("secrets")
                .addObject()
                .put("namespace", place.namespace())
                .set("name", secret.at("/metadata/name"));
        write(place, patch);
        tell(
                account,
                false,
                "Synced",
                "secret %s was made for the token"
                        .formatted(secret.at("/metadata/name").asText()));
    }

    private static ObjectNode newSecret(Place place) {
        var secret = Json.object().put("apiVersion", "v1").put("kind", "Secret").put("type", Accounts.TYPE);
        var metadata = secret.putObject("metadata")
                .put("generateName", place.name() + "-")
                .put("namespace", place.namespace());
        metadata.putObject("annotations").put(Accounts.NAME, place.name());
        return secret;
    }

    private void tellInvalid(String key, ObjectNode account) {
        var problems = new StringBuilder();
        for (var reference : account.path("secrets")) {
            if (Accounts.secret(kube, account, reference).isEmpty()) {
                problems.append(problems.isEmpty() ? "" : "; ")
                        .append("secret \"%s\" is missing or not one of this account"
                                .formatted(reference.path("name").asText("")));
            }
        }
        if (told.size() > REMEMBERED) {
            told.clear();
        }
        var message = problems.toString();
        if (!message.equals(told.put(key, message)) && !message.isEmpty()) {
            tell(account, true, "InvalidSecret", message);
        }
    }

    private void tell(ObjectNode account, boolean warning, String reason, String message) {
        events.tell(account, "ServiceAccount", "serviceaccount", new ObjectEvents.Happening(warning, reason, message));
    }

    private Outcome remove(Place place, ObjectNode account) {
        if (!hasFinalizer(account)) {
            return Outcome.DONE;
        }
        for (var reference : account.path("secrets")) {
            if (Accounts.secret(kube, account, reference).isPresent()) {
                kube.delete(Accounts.secrets(place.namespace()) + "/"
                        + reference.path("name").asText());
            }
        }
        write(place, finalizers(account, false));
        return Outcome.DONE;
    }

    private void write(Place place, ObjectNode patch) {
        try {
            kube.patch(Accounts.path(place.namespace(), place.name()), patch);
        } catch (ApiException e) {
            // Somebody else was faster; the change that they made comes here as well.
            if (e.code() != 404 && e.code() != 409) {
                throw e;
            }
        }
    }

    private static boolean hasFinalizer(JsonNode account) {
        for (var finalizer : account.at("/metadata/finalizers")) {
            if (finalizer.asText().equals(Accounts.FINALIZER)) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode finalizers(JsonNode account, boolean protects) {
        var patch = Json.object();
        var metadata = patch.putObject("metadata");
        metadata.set("resourceVersion", account.at("/metadata/resourceVersion"));
        var list = metadata.putArray("finalizers");
        account.at("/metadata/finalizers").forEach(finalizer -> {
            if (!finalizer.asText().equals(Accounts.FINALIZER)) {
                list.add(finalizer);
            }
        });
        if (protects) {
            list.add(Accounts.FINALIZER);
        }
        return patch;
    }
}
