package io.luban.apiserver.authentication.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ObjectName;
import io.luban.kube.ProjectedCache;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each login as a Secret, so that logins survive restarts wherever the platform keeps its state, and every replica
 * hears of a revocation by its watch. Answers come from memory.
 */
public final class SecretTokenStore implements TokenStore {
    private static final Logger log = LoggerFactory.getLogger(SecretTokenStore.class);
    private static final String TYPE = "kubesphere.io/login";
    private static final String LABEL = "kubesphere.io/login";
    private static final Duration SWEEP = Duration.ofHours(1);
    private static final int ATTEMPTS = 5;

    private final KubeRest kube;
    private final String path;
    private final Clock clock;
    private final KnownLogins known = new KnownLogins();
    private final ProjectedCache<Login> cache;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Keeps logins in the namespace. */
    public SecretTokenStore(KubeRest kube, String namespace, Clock clock) {
        this.kube = kube;
        this.clock = clock;
        path = "/api/v1/namespaces/" + namespace + "/secrets";
        var query = CollectionQuery.of(path).labelled(LABEL + "=true");
        cache = ProjectedCache.start(kube, query, SecretTokenStore::read, this::changed);
        Thread.ofVirtual().name("login sweep").start(this::sweepUntilClosed);
    }

    private static Optional<Login> read(ObjectNode secret) {
        var encoded = secret.path("data").path("login").asText("");
        try {
            return Optional.of(Login.from(Json.parse(Base64.getDecoder().decode(encoded))));
        } catch (IllegalArgumentException | ParseException e) {
            log.atWarn().addKeyValue("name", ObjectName.of(secret).name()).log("secret holds no login and is ignored");
            return Optional.empty();
        }
    }

    private void changed(ObjectName name, Optional<Login> before, Optional<Login> after) {
        if (after.isPresent()) {
            known.remember(after.get());
        } else {
            before.ifPresent(login -> known.forget(login.id()));
        }
    }

    @Override
    public boolean holds(String digest) {
        return known.holds(digest, clock.instant());
    }

    @Override
    public Optional<Login> login(String id) {
        return known.login(id);
    }

    @Override
    public void lookAgain(String loginId) {
        try {
            read(kube.get(path + "/" + secretName(loginId))).ifPresent(known::remember);
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
            known.forget(loginId);
        }
    }

    @Override
    public void begin(Login login) {
        var pruned = login.pruned(clock.instant());
        // known here before Kubernetes knows it, so that a revocation seen by the watch can only come after
        known.remember(pruned);
        try {
            kube.create(path, secret(pruned));
        } catch (ApiException e) {
            known.forget(login.id());
            throw e;
        }
    }

    @Override
    public void save(Login before, Login after) {
        var pruned = after.pruned(clock.instant());
        known.remember(pruned);
        try {
            replace(pruned);
        } catch (ApiException e) {
            if (e.code() == 404) {
                known.forget(after.id());
                throw ApiException.unauthorized("the login is over");
            }
            throw e;
        }
    }

    private void replace(Login login) {
        for (int attempt = 1; ; attempt++) {
            var current = kube.get(path + "/" + secretName(login.id()));
            var changed = secret(login);
            changed.withObject("/metadata")
                    .put(
                            "resourceVersion",
                            current.path("metadata").path("resourceVersion").asText());
            try {
                kube.update(path + "/" + secretName(login.id()), changed);
                return;
            } catch (ApiException e) {
                if (e.code() != 409 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void end(String loginId) {
        known.forget(loginId);
        kube.delete(path + "/" + secretName(loginId));
    }

    @Override
    public void endAll(String user) {
        known.ofUser(user).forEach(this::end);
    }

    private static String secretName(String loginId) {
        return "login-" + loginId;
    }

    private static ObjectNode secret(Login login) {
        var secret = Json.object().put("apiVersion", "v1").put("kind", "Secret").put("type", TYPE);
        var metadata = secret.putObject("metadata").put("name", secretName(login.id()));
        metadata.putObject("labels").put(LABEL, "true");
        var bytes = Json.bytes(login.toJson());
        secret.putObject("data").put("login", Base64.getEncoder().encodeToString(bytes));
        return secret;
    }

    @Override
    public boolean isReady() {
        return cache.isSynced();
    }

    /** Waits until every stored login is known. */
    public boolean awaitSync(Duration limit) throws InterruptedException {
        return cache.awaitSync(limit);
    }

    private void sweepUntilClosed() {
        try {
            while (!closed.await(SWEEP.toSeconds(), TimeUnit.SECONDS)) {
                sweep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes logins whose last token has ended. */
    void sweep() {
        for (var login : known.over(clock.instant())) {
            try {
                end(login.id());
            } catch (ApiException e) {
                log.atWarn().addKeyValue("cause", e.getMessage()).log("ended login could not be removed");
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        cache.close();
    }
}
