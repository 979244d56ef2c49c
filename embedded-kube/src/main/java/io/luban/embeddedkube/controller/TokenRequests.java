package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.ServiceAccountTokens;
import io.luban.embeddedkube.auth.TokenSpec;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.operation.VirtualCreate;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.StatusCause;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Answers {@code serviceaccounts/{name}/token} with a token that ends. */
public final class TokenRequests implements VirtualCreate {
    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
    private static final long SHORTEST_SECONDS = 600;
    private static final long LONGEST_SECONDS = 1L << 32;
    private static final long DEFAULT_SECONDS = 3600;

    private final Store store;
    private final ServiceAccountTokens tokens;
    private final Clock clock;

    /** Issues tokens for accounts of the store. */
    public TokenRequests(Store store, ServiceAccountTokens tokens, Clock clock) {
        this.store = store;
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public ObjectNode create(User user, String namespace, String name, ObjectNode body) {
        var account = store.get(new ObjectKey(ACCOUNTS, namespace, name))
                .orElseThrow(() -> ApiException.notFound(ACCOUNTS, name));
        var spec = Trees.ensure(body, "spec");
        var audiences = Trees.items(spec.path("audiences"));
        var wanted = new TokenSpec(
                namespace, name, account.uid(), audiences, life(spec), bound(spec.path("boundObjectRef"), namespace));
        var issued = tokens.issue(wanted);
        var metadata = Trees.ensure(body, "metadata");
        metadata.put("name", name).put("namespace", namespace).put("creationTimestamp", Trees.time(clock.instant()));
        if (audiences.isEmpty()) {
            spec.putArray("audiences").add(ServiceAccountTokens.ISSUER);
        }
        spec.put("expirationSeconds", wanted.life().toSeconds());
        body.putObject("status").put("token", issued.token()).put("expirationTimestamp", Trees.time(issued.expires()));
        return body;
    }

    private static Duration life(JsonNode spec) {
        long seconds = spec.path("expirationSeconds").asLong(DEFAULT_SECONDS);
        if (seconds < SHORTEST_SECONDS) {
            throw invalid(StatusCause.invalid(
                    "spec.expirationSeconds",
                    LongNode.valueOf(seconds),
                    "may not specify a duration less than 10 minutes"));
        }
        if (seconds > LONGEST_SECONDS) {
            throw invalid(StatusCause.invalid(
                    "spec.expirationSeconds",
                    LongNode.valueOf(seconds),
                    "may not specify a duration larger than 2^32 seconds"));
        }
        return Duration.ofSeconds(seconds);
    }

    private Optional<TokenSpec.BoundObject> bound(JsonNode reference, String namespace) {
        if (!reference.isObject()) {
            return Optional.empty();
        }
        var kind = Trees.text(reference, "kind");
        if (!List.of("Pod", "Secret", "Node").contains(kind)) {
            throw ApiException.badRequest("cannot bind token for serviceaccount to object of type " + kind);
        }
        var resource = new GroupResource("", kind.toLowerCase(Locale.ROOT) + "s");
        var name = Trees.text(reference, "name");
        var object = store.get(new ObjectKey(resource, kind.equals("Node") ? "" : namespace, name))
                .orElseThrow(() -> ApiException.notFound(resource, name));
        var uid = Trees.text(reference, "uid");
        if (!uid.isEmpty() && !uid.equals(object.uid())) {
            throw ApiException.conflict(
                    resource,
                    name,
                    "the UID in the bound object reference (%s) does not match the UID in record. The object might have"
                                    .formatted(uid)
                            + " been deleted and then recreated");
        }
        return Optional.of(new TokenSpec.BoundObject(kind.toLowerCase(Locale.ROOT), name, object.uid()));
    }

    private static ApiException invalid(StatusCause cause) {
        return ApiException.invalid("authentication.k8s.io", "TokenRequest", "", List.of(cause));
    }
}
