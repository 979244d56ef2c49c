package io.luban.apiserver.authentication;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.CacheListener;
import io.luban.kube.KubeRest;
import io.luban.kube.ObjectName;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes users usable that were written straight to the Kubernetes API: replaces a plain password by its hash and sets the
 * first state. One thread works off a queue; replicas may race, the resource version decides.
 */
public final class UserActivation implements CacheListener<Account>, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(UserActivation.class);
    private static final int WAITING = 100_000;
    private static final long RETRY_MILLIS = 1_000;

    private final KubeRest kube;
    private final Passwords passwords;
    private final Clock clock;
    private final LinkedBlockingQueue<String> waiting = new LinkedBlockingQueue<>(WAITING);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread worker;

    /** Begins to work. */
    public UserActivation(KubeRest kube, Passwords passwords, Clock clock) {
        this.kube = kube;
        this.passwords = passwords;
        this.clock = clock;
        worker = Thread.ofVirtual().name("user activation").start(this::work);
    }

    @Override
    public void changed(ObjectName name, Optional<Account> before, Optional<Account> after) {
        if (after.filter(UserActivation::isPending).isPresent() && !waiting.offer(name.name())) {
            log.atWarn().addKeyValue("user", name.name()).log("user must wait for activation until the next change");
        }
    }

    private static boolean isPending(Account account) {
        return isPlain(account.password()) || account.state().isEmpty();
    }

    private static boolean isPlain(String password) {
        return !password.isEmpty() && !Passwords.isHash(password);
    }

    private void work() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                activate(waiting.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void activate(String name) throws InterruptedException {
        var path = Accounts.PATH + "/" + name;
        try {
            var user = kube.find(path);
            var patch = user.flatMap(this::patch);
            if (patch.isPresent()) {
                kube.patch(path, patch.get());
            }
        } catch (ApiException e) {
            log.atWarn()
                    .addKeyValue("user", name)
                    .addKeyValue("cause", e.getMessage())
                    .log("user could not be activated, trying again");
            if (!closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                waiting.offer(name);
            }
        }
    }

    /** What to change; empty when nothing is to be done or the password cannot be hashed. */
    private Optional<ObjectNode> patch(ObjectNode user) {
        var password = user.path("spec").path("password").asText("");
        var state = user.path("status").path("state").asText("");
        if (!isPlain(password) && !state.isEmpty()) {
            return Optional.empty();
        }
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        var patch = Json.object();
        var metadata = patch.putObject("metadata");
        metadata.put(
                "resourceVersion", user.path("metadata").path("resourceVersion").asText());
        if (isPlain(password)) {
            if (!Passwords.fits(password)) {
                log.atWarn().addKeyValue("user", ObjectName.of(user)).log("password is longer than 72 bytes");
                return Optional.empty();
            }
            patch.putObject("spec").put("password", passwords.hash(password));
            metadata.putObject("annotations")
                    .put("iam.kubesphere.io/last-password-change-time", now)
                    .putNull("kubectl.kubernetes.io/last-applied-configuration");
        }
        if (state.isEmpty()) {
            patch.putObject("status").put("state", "Active").put("lastTransitionTime", now);
        }
        return Optional.of(patch);
    }

    @Override
    public void close() {
        closed.countDown();
        worker.interrupt();
    }
}
