package io.luban.apiserver.authentication;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.authentication.token.Claims;
import io.luban.apiserver.authentication.token.Login;
import io.luban.apiserver.pipeline.User;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import io.luban.model.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The platform's own accounts for workloads of extensions. Their tokens never expire; one is good as long as its account is
 * there and the Secret that was made for it still holds it. Answers come from memory.
 */
public final class ServiceAccounts implements AutoCloseable {
    /** What the names of all of them begin with. */
    static final String PREFIX = "kubesphere:serviceaccount:";

    private static final String ACCOUNTS = "/apis/kubesphere.io/v1alpha1/serviceaccounts";
    private static final String SECRETS = "/api/v1/secrets";
    private static final String TYPE = "kubesphere.io/service-account-token";
    private static final String ACCOUNT = "kubesphere.io/service-account.name";

    private final ProjectedCache<String> accounts;
    private final ProjectedCache<Held> secrets;

    /** A token in a Secret; known by its digest only. */
    private record Held(String account, String digest) {}

    /** Watches accounts and their Secrets. */
    public ServiceAccounts(KubeRest kube) {
        accounts = ProjectedCache.start(
                kube,
                CollectionQuery.of(ACCOUNTS),
                account -> Optional.of(account.at("/metadata/uid").asText("")));
        secrets = ProjectedCache.start(kube, CollectionQuery.of(SECRETS).where("type=" + TYPE), ServiceAccounts::held);
    }

    private static Optional<Held> held(ObjectNode secret) {
        try {
            var bytes = Base64.getDecoder().decode(secret.at("/data/token").asText(""));
            var account =
                    secret.path("metadata").path("annotations").path(ACCOUNT).asText("");
            return Optional.of(new Held(account, Login.digest(new String(bytes, StandardCharsets.US_ASCII))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the claims are those of such an account. */
    static boolean isMeant(Claims claims) {
        return claims.user().startsWith(PREFIX) && claims.user().split(":", -1).length == 4;
    }

    /** The account as a caller; 401 when it or what made the token good is gone. */
    User user(Claims claims, String digest) {
        var parts = claims.user().split(":", -1);
        var namespace = parts[2];
        var name = parts[3];
        var uid = accounts.find(namespace, name)
                .orElseThrow(() ->
                        ApiException.unauthorized("service account \"%s/%s\" not found".formatted(namespace, name)));
        var meant = first(claims, "sa-uid");
        if (!meant.isEmpty() && !meant.equals(uid)) {
            throw ApiException.unauthorized(
                    "the token belongs to an earlier service account \"%s/%s\"".formatted(namespace, name));
        }
        var secret = first(claims, "secret-name");
        if (!secret.isEmpty() && !holds(namespace, secret, new Held(name, digest))) {
            throw ApiException.unauthorized("the secret of the token is gone or holds another one");
        }
        return new User(claims.user(), uid, List.of(), claims.extra());
    }

    private boolean holds(String namespace, String secret, Held token) {
        return secrets.find(namespace, secret).filter(token::equals).isPresent();
    }

    private static String first(Claims claims, String key) {
        return claims.extra().getOrDefault(key, List.of("")).stream()
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        accounts.close();
        secrets.close();
    }
}
