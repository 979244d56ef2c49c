package io.luban.embeddedkube.pki;

import io.luban.pki.Credentials;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the serving certificate and hands a renewed one to the listener, which keeps its connections. */
public final class CertificateRenewal implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CertificateRenewal.class);
    private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(5);

    private final Pki pki;
    private final Consumer<Credentials> listener;
    private final AtomicReference<Credentials> current;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private CertificateRenewal(Pki pki, Credentials current, Consumer<Credentials> listener, Duration interval) {
        this.pki = pki;
        this.listener = listener;
        this.current = new AtomicReference<>(current);
        thread = Thread.ofVirtual().name("certificate-renewal").unstarted(() -> run(interval));
    }

    /** Looks every {@code interval} whether {@code current} is due. */
    public static CertificateRenewal start(
            Pki pki, Credentials current, Consumer<Credentials> listener, Duration interval) {
        var renewal = new CertificateRenewal(pki, current, listener, interval);
        renewal.thread.start();
        return renewal;
    }

    private void run(Duration interval) {
        try {
            while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The border of a scheduled task: the next look comes in any case. */
    @SuppressWarnings("PMD.AvoidCatchingGenericException")
    private void check() {
        try {
            var found = pki.servingCertificate();
            if (!found.equals(current.get())) {
                listener.accept(found);
                current.set(found);
                log.atInfo().log("serving certificate renewed");
            }
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("serving certificate could not be renewed");
        }
    }

    /** Looks no more; a look that is under way, which may write files, is waited for. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(CLOSING_PATIENCE)) {
                log.atWarn().log("certificate renewal does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
