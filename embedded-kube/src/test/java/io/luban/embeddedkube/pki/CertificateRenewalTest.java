package io.luban.embeddedkube.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.pki.Credentials;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateRenewalTest {
    @TempDir
    private Path folder;

    @Test
    void the_listener_gets_a_certificate_that_became_due_once() {
        var now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        InstantSource source = now::get;
        var clock = source.withZone(ZoneOffset.UTC);
        var pki = Pki.open(folder, EmbeddedKubeConfig.of(folder), clock);
        var first = pki.servingCertificate();
        var handed = new CopyOnWriteArrayList<Credentials>();
        try (var renewal = CertificateRenewal.start(pki, first, handed::add, Duration.ofMillis(5))) {
            assertThat(renewal).isNotNull();
            now.set(now.get().plus(Duration.ofDays(244)));

            await().until(() -> !handed.isEmpty());

            assertThat(handed.getFirst()).isNotEqualTo(first);
            assertThat(pki.servingCertificate()).isEqualTo(handed.getFirst());
        }
        assertThat(handed).hasSize(1);
    }
}
