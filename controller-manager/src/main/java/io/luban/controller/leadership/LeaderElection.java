package io.luban.controller.leadership;

import io.luban.kube.KubeRest;
import io.luban.kube.Namespaces;
import io.luban.model.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one of several replicas lead, by a Lease that the leader renews. Only the time that has passed here since something
 * was seen counts, never a time that another machine wrote: replicas whose clocks differ do not lead at the same time.
 *
 * <p>A leader that cannot renew stops before the others may begin, and begins anew when it holds the Lease again. What it
 * has begun may outlast that moment by a little; {@link #mayAct} is what such work has to ask before it changes anything.
 *
 * <p>One thread writes the fields; others read them.
 */
public final class LeaderElection implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaderElection.class);

    private final KubeRest kube;
    private volatile ElectionSettings settings;
    private final Clock clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicReference<Thread> thread =
            new AtomicReference<>(Thread.ofVirtual().unstarted(() -> {}));
    private volatile Lease seen = Lease.unwritten();
    private volatile long seenNanos;
    private volatile long renewedNanos;
    private volatile boolean leads;

    /** What the leader does. */
    @FunctionalInterface
    public interface Term {
        /** Begins; what it answers ends it, and returns when nothing of it goes on. */
        AutoCloseable begin();
    }

    private sealed interface Claim {
        /** The Lease is ours. */
        record Held(Lease lease) implements Claim {}

        /** It is somebody else's. */
        record Taken(Lease lease) implements Claim {}

        /** Nobody knows. */
        record Failed(String cause) implements Claim {}
    }

    /** An election that this replica takes part in once it is started. */
    public LeaderElection(KubeRest kube, ElectionSettings settings, Clock clock) {
        this.kube = kube;
        this.settings = settings;
        this.clock = clock;
    }

    /** Takes part from now on, with what is known of this replica now; to be called once. */
    public void start(ElectionSettings known, Term term) {
        settings = known;
        thread.set(Thread.ofVirtual().name("leader election").start(() -> run(term)));
    }

    /** Whether this replica leads. */
    public boolean leads() {
        return leads;
    }

    /** Whether nobody else can lead now. */
    public boolean mayAct() {
        return leads
                && System.nanoTime() - renewedNanos < settings.renewDeadline().toNanos();
    }

    /** What the leader says about itself under a name; {@code ""} when nobody leads or it says nothing. */
    public String ofLeader(String annotation) {
        var lease = seen;
        return lease.holder().isEmpty() ? "" : lease.annotations().getOrDefault(annotation, "");
    }

    /** Ends the term, if it is this replica's, and lets another one lead at once. */
    @Override
    public void close() {
        closing.countDown();
        try {
            var running = thread.get();
            if (running.getState() != Thread.State.NEW) {
                running.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Term term) {
        try {
            do {
                if (claim(settings.renewDeadline()) instanceof Claim.Held) {
                    lead(term);
                }
            } while (!closing.await(settings.retryPeriod().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lead(Term term) throws InterruptedException {
        log.atInfo().addKeyValue("name", settings.identity()).log("leads from now on");
        leads = true;
        try (var current = term.begin()) {
            log.atDebug().addKeyValue("term", current).log("the term has begun");
            keep();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // the border of a term: one that cannot begin or end is tried again, here or by another replica
            log.atError().setCause(e).log("leading failed");
        } finally {
            leads = false;
        }
        release();
    }

    /** Renews until that does not succeed any more, or until the end. */
    private void keep() throws InterruptedException {
        while (!closing.await(settings.retryPeriod().toMillis(), TimeUnit.MILLISECONDS)) {
            var left = settings.renewDeadline().minusNanos(System.nanoTime() - renewedNanos);
            var claim = left.isPositive() ? claim(left) : new Claim.Failed("the deadline has passed");
            if (claim instanceof Claim.Taken taken) {
                log.atWarn().addKeyValue("holder", taken.lease().holder()).log("leads no more, another replica does");
                return;
            }
            if (claim instanceof Claim.Failed failed && !mayAct()) {
                log.atWarn().addKeyValue("cause", failed.cause()).log("leads no more, the lease could not be renewed");
                return;
            }
        }
    }

    private Claim claim(Duration limit) throws InterruptedException {
        long asked = System.nanoTime();
        var attempt = new FutureTask<>(this::attempt);
        Thread.ofVirtual().name("lease").start(attempt);
        Claim claim;
        try {
            claim = attempt.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            attempt.cancel(true);
            claim = new Claim.Failed("no answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            claim = new Claim.Failed(String.valueOf(e.getCause()));
        }
        switch (claim) {
            case Claim.Held held -> {
                // counted from before the request: whoever sees it, sees it later
                renewedNanos = asked;
                note(held.lease());
            }
            case Claim.Taken taken -> note(taken.lease());
            case Claim.Failed failed ->
                log.atDebug().addKeyValue("cause", failed.cause()).log("the lease could not be had");
        }
        return claim;
    }

    private void note(Lease lease) {
        if (!lease.state().equals(seen.state())) {
            seenNanos = System.nanoTime();
        }
        seen = lease;
    }

    private Claim attempt() {
        try {
            var found = kube.find(Lease.PATH).map(Lease::new);
            if (found.isEmpty()) {
                Namespaces.ensure(kube, Lease.NAMESPACE);
                var first = Lease.unwritten().heldBy(settings, clock.instant());
                return new Claim.Held(new Lease(kube.create(Lease.COLLECTION, first.json())));
            }
            var lease = found.get();
            if (isOthers(lease)) {
                return new Claim.Taken(lease);
            }
            var next = lease.heldBy(settings, clock.instant());
            return new Claim.Held(new Lease(kube.update(Lease.PATH, next.json())));
        } catch (ApiException e) {
            return new Claim.Failed(e.code() == 409 ? "another replica was faster" : String.valueOf(e.getMessage()));
        }
    }

    private boolean isOthers(Lease lease) {
        if (lease.holder().isEmpty() || lease.holder().equals(settings.identity())) {
            return false;
        }
        boolean isNew = !lease.state().equals(seen.state());
        return isNew || System.nanoTime() - seenNanos < lease.duration().toNanos();
    }

    /** Only when nothing of the term goes on any more; a Lease that is somebody else's by now stays as it is. */
    private void release() throws InterruptedException {
        var lease = seen;
        if (!lease.holder().equals(settings.identity())) {
            return;
        }
        var attempt = new FutureTask<>(
                () -> kube.update(Lease.PATH, lease.released(clock.instant()).json()));
        Thread.ofVirtual().name("lease").start(attempt);
        try {
            attempt.get(settings.retryPeriod().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            attempt.cancel(true);
            log.atInfo().addKeyValue("cause", e.toString()).log("the lease was not given back; it runs out");
        }
    }
}
