package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.ServiceAccountTokens;
import io.luban.embeddedkube.auth.TokenSpec;
import io.luban.embeddedkube.auth.TokenSpec.BoundObject;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.StatusCause;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Answers {@code POST …/serviceaccounts/{name}/token}: a TokenRequest with a fresh token in its status. */
public final class TokenRequests implements VirtualCreate {
    /** Where it is served. */
    public static final Endpoint ENDPOINT = new Endpoint("", "serviceaccounts", "token");

    private static final long DEFAULT_SECONDS = 3600;
    private static final long MIN_SECONDS = 600;
    private static final long MAX_SECONDS = 1L << 32;
    private static final String GROUP = "authentication.k8s.io";
    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
    private static final Set<String> BINDABLE = Set.of("pod", "secret", "node");

    private final ServiceAccountTokens tokens;
    private final Store store;
    private final Clock clock;

    /** Tokens for the accounts in {@code store}. */
    public TokenRequests(ServiceAccountTokens tokens, Store store, Clock clock) {
        this.tokens = tokens;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public ObjectNode create(Asked asked, ObjectNode body) {
        var namespace = asked.namespace();
        var name = asked.name();
        var given = Metadata.of(body).name();
        if (!given.isEmpty() && !given.equals(name)) {
            var cause = StatusCause.invalid("metadata.name", given, "must match the service account name if specified");
            throw ApiException.invalid(GROUP, "TokenRequest", name, List.of(cause));
        }
        var account = store.get(new ObjectKey(ACCOUNTS, namespace, name))
                .orElseThrow(() -> ApiException.notFound(ACCOUNTS, name));
        var spec = body.withObjectProperty("spec");
        long seconds = spec.path("expirationSeconds").asLong(DEFAULT_SECONDS);
        checkLife(seconds);
        var audiences = new ArrayList<String>();
        spec.path("audiences").forEach(audience -> audiences.add(audience.asText()));
        var issued = tokens.issue(new TokenSpec(
                namespace,
                name,
                account.uid(),
                audiences,
                Duration.ofSeconds(seconds),
                bound(account.key(), spec.path("boundObjectRef"))));
        return answer(body, account, new Answer(audiences, seconds, issued));
    }

    private record Answer(List<String> audiences, long seconds, ServiceAccountTokens.Issued issued) {}

    private ObjectNode answer(ObjectNode body, StoredObject account, Answer answer) {
        body.put("kind", "TokenRequest").put("apiVersion", GROUP + "/v1");
        var metadata = Metadata.of(body);
        metadata.set("name", account.key().name());
        metadata.set("namespace", account.key().namespace());
        metadata.set("creationTimestamp", Metadata.time(clock.instant()));
        var spec = body.withObjectProperty("spec");
        spec.put("expirationSeconds", answer.seconds);
        var audiences = spec.putArray("audiences");
        (answer.audiences.isEmpty() ? List.of(ServiceAccountTokens.ISSUER) : answer.audiences).forEach(audiences::add);
        if (!spec.has("boundObjectRef")) {
            spec.putNull("boundObjectRef");
        }
        body.putObject("status")
                .put("token", answer.issued.token())
                .put("expirationTimestamp", Metadata.time(answer.issued.expires()));
        return body;
    }

    private static void checkLife(long seconds) {
        var problems = new ArrayList<StatusCause>();
        var value = LongNode.valueOf(seconds);
        if (seconds < MIN_SECONDS) {
            problems.add(StatusCause.invalid(
                    "spec.expirationSeconds", value, "may not specify a duration less than 10 minutes"));
        }
        if (seconds > MAX_SECONDS) {
            problems.add(StatusCause.invalid(
                    "spec.expirationSeconds", value, "may not specify a duration larger than 2^32 seconds"));
        }
        if (!problems.isEmpty()) {
            throw ApiException.invalid(GROUP, "TokenRequest", "", problems);
        }
    }

    private Optional<BoundObject> bound(ObjectKey account, JsonNode reference) {
        var kind = reference.path("kind").asText("").toLowerCase(Locale.ROOT);
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        if (!BINDABLE.contains(kind)) {
            throw ApiException.badRequest("cannot bind token to object of type "
                    + reference.path("kind").asText());
        }
        var name = reference.path("name").asText("");
        var resource = new GroupResource("", kind + "s");
        var object = store.get(new ObjectKey(resource, kind.equals("node") ? "" : account.namespace(), name))
                .orElseThrow(() -> ApiException.notFound(resource, name));
        var uid = reference.path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(object.uid())) {
            throw ApiException.conflict(
                    resource,
                    name,
                    "the UID in the bound object reference (%s) does not match the UID in record. The object might have been deleted and then recreated"
                            .formatted(uid));
        }
        if (kind.equals("pod") && !isRunAs(object, account.name())) {
            throw ApiException.badRequest(
                    "cannot bind token for serviceaccount \"%s\" to pod running with different serviceaccount name."
                            .formatted(account.name()));
        }
        return Optional.of(new BoundObject(kind, name, object.uid()));
    }

    private static boolean isRunAs(StoredObject pod, String account) {
        return pod.tree()
                .path("spec")
                .path("serviceAccountName")
                .asText("default")
                .equals(account);
    }
}
