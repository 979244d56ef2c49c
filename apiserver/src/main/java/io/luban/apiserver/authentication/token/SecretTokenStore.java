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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
    private static final Long ENDED = Long.MAX_VALUE;

    private final KubeRest kube;
    private final String path;
    private final Clock clock;
    private final KnownLogins known = new KnownLogins();
    /** What of each login is known here, as events of the watch may come after newer answers. */
    private final Map<String, Long> versions = new ConcurrentHashMap<>();

    private final ProjectedCache<Stored> cache;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * A login as it was at some time.
     *
     * @param version grows with every change; 0 where the server's versions are no numbers
     */
    private record Stored(Login login, long version) {}

    /** Keeps logins in the namespace. */
    public SecretTokenStore(KubeRest kube, String namespace, Clock clock) {
        this.kube = kube;
        this.clock = clock;
        path = "/api/v1/namespaces/" + namespace + "/secrets";
        var query = CollectionQuery.of(path).labelled(LABEL + "=true");
        cache = ProjectedCache.start(kube, query, SecretTokenStore::read, this::changed);
        Thread.ofVirtual().name("login sweep").start(this::sweepUntilClosed);
    }

    private static Optional<Stored> read(ObjectNode secret) {
        var encoded = secret.path("data").path("login").asText("");
        try {
            var login = Login.from(Json.parse(Base64.getDecoder().decode(encoded)));
            return Optional.of(new Stored(login, version(secret)));
        } catch (IllegalArgumentException | ParseException e) {
            log.atWarn().addKeyValue("name", ObjectName.of(secret).name()).log("secret holds no login and is ignored");
            return Optional.empty();
        }
    }

    private static long version(ObjectNode secret) {
        return secret.path("metadata").path("resourceVersion").asLong(0);
    }

    private void changed(ObjectName name, Optional<Stored> before, Optional<Stored> after) {
        if (after.isPresent()) {
            noted(after.get());
        } else {
            before.ifPresent(stored -> forget(stored.login().id()));
        }
    }

    /** Takes over what was read, unless something newer is known. */
    private void noted(Stored stored) {
        versions.compute(stored.login().id(), (id, newest) -> {
            if (newest != null && stored.version() < newest) {
                return newest;
            }
            known.remember(stored.login());
            return stored.version();
        });
    }

    private void forget(String loginId) {
        versions.compute(loginId, (id, newest) -> {
            known.forget(id);
            return null;
        });
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
            read(kube.get(path + "/" + secretName(loginId))).ifPresent(this::noted);
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
            ended(loginId);
        }
    }

    /** Until the watch has told of the end, too, nothing brings the login back. */
    private void ended(String loginId) {
        versions.compute(loginId, (id, newest) -> {
            known.forget(id);
            return newest == null ? null : ENDED;
        });
    }

    @Override
    public void begin(Login login) {
        var pruned = login.pruned(clock.instant());
        // known here before Kubernetes knows it, so that a revocation seen by the watch can only come after
        known.remember(pruned);
        try {
            noted(new Stored(pruned, version(kube.create(path, secret(pruned)))));
        } catch (ApiException e) {
            forget(login.id());
            throw e;
        }
    }

    @Override
    public void save(Login before, Login after) {
        var pruned = after.pruned(clock.instant());
        known.remember(pruned);
        try {
            noted(new Stored(pruned, replace(pruned)));
        } catch (ApiException e) {
            if (e.code() == 404) {
                forget(after.id());
                throw ApiException.unauthorized("the login is over");
            }
            throw e;
        }
    }

    /** The version that the login has now. */
    private long replace(Login login) {
        for (int attempt = 1; ; attempt++) {
            var current = kube.get(path + "/" + secretName(login.id()));
            var changed = secret(login);
            changed.withObject("/metadata")
                    .put(
                            "resourceVersion",
                            current.path("metadata").path("resourceVersion").asText());
            try {
                return version(kube.update(path + "/" + secretName(login.id()), changed));
            } catch (ApiException e) {
                if (e.code() != 409 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void end(String loginId) {
        ended(loginId);
        try {
            kube.delete(path + "/" + secretName(loginId));
        } catch (ApiException e) {
            versions.remove(loginId, ENDED);
            throw e;
        }
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
