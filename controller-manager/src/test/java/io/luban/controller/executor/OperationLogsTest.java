package io.luban.controller.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperationLogsTest {
    @TempDir
    Path directory;

    @Test
    void lines_are_stamped_and_read_back() {
        var logs = logs();

        try (var log = logs.open("demo", "helm-install-demo-abcdef")) {
            log.line("POST configmaps ns/a: 201");
        }

        assertThat(logs.read("demo", "helm-install-demo-abcdef"))
                .contains("2026-01-02T03:04:05Z POST configmaps ns/a: 201\n");
        assertThat(logs.read("demo", "../../secret")).isEmpty();
        assertThat(logs.operations("other")).isEmpty();
    }

    @Test
    void only_the_last_five_are_kept() throws Exception {
        var logs = logs();
        for (int i = 0; i < 8; i++) {
            logs.open("demo", "operation-" + i).close();
            Files.setLastModifiedTime(
                    directory.resolve("demo/operation-" + i + ".log"), FileTime.fromMillis(i * 1000L));
        }

        assertThat(logs.operations("demo"))
                .containsExactly("operation-3", "operation-4", "operation-5", "operation-6", "operation-7");
    }

    @Test
    void a_talkative_operation_does_not_fill_the_disk() {
        var logs = logs();
        try (var log = logs.open("demo", "talk")) {
            for (int i = 0; i < 1000; i++) {
                log.line("x".repeat(1000));
            }
        }

        assertThat(directory.resolve("demo/talk.log").toFile().length()).isBetween(500_000L, 524_288L);
    }

    @Test
    void a_log_is_followed_to_its_end() throws Exception {
        var logs = logs();
        var seen = new StringBuilder();
        Thread reader;
        try (var log = logs.open("demo", "slow")) {
            log.line("first");
            var tail = logs.follow("demo", "slow").orElseThrow();
            assertThat(tail.next()).isEqualTo("2026-01-02T03:04:05Z first\n");
            reader = Thread.ofVirtual().start(() -> {
                try {
                    for (var lines = tail.next(); !lines.isEmpty(); lines = tail.next()) {
                        seen.append(lines);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            log.line("second");
            log.line("third");
        }
        reader.join();

        assertThat(seen.toString()).isEqualTo("2026-01-02T03:04:05Z second\n2026-01-02T03:04:05Z third\n");
        assertThat(logs.follow("demo", "slow").orElseThrow().next())
                .isEqualTo(logs.read("demo", "slow").orElseThrow());
    }

    @Test
    void logs_of_a_release_that_is_gone_stay_for_an_hour_unless_it_comes_back() {
        var start = Instant.parse("2026-01-02T03:04:05Z");
        logs().open("gone", "uninstall").close();
        logs().open("back", "uninstall").close();
        logs().retire("gone");
        logs().retire("back");
        logs().retire("unheard-of");
        at(start.plusSeconds(60)).open("back", "install").close();

        at(start.plusSeconds(3599)).open("other", "install").close();

        assertThat(logs().operations("gone")).containsExactly("uninstall");

        at(start.plusSeconds(3601)).open("other", "upgrade").close();

        assertThat(logs().operations("gone")).isEmpty();
        assertThat(directory.resolve("gone")).doesNotExist();
        assertThat(logs().operations("back")).hasSize(2);
    }

    @Test
    void all_logs_together_are_bounded_and_the_oldest_go_first() throws Exception {
        var logs = new OperationLogs(directory, Clock.systemUTC(), 2500);
        for (int i = 0; i < 4; i++) {
            try (var log = logs.open("release-" + i, "install")) {
                log.line("x".repeat(1000));
            }
            Files.setLastModifiedTime(
                    directory.resolve("release-" + i + "/install.log"), FileTime.fromMillis(i * 1000L));
        }

        logs.open("release-4", "install").close();

        assertThat(logs.operations("release-0")).isEmpty();
        assertThat(logs.operations("release-1")).isEmpty();
        assertThat(logs.operations("release-2")).hasSize(1);
        assertThat(logs.operations("release-3")).hasSize(1);
    }

    @Test
    void an_operation_that_does_not_begin_after_all_leaves_no_log() {
        var logs = logs();
        var log = logs.open("demo", "install");
        assertThat(logs.isOpen("demo", "install")).isTrue();

        log.discard();

        assertThat(logs.isOpen("demo", "install")).isFalse();
        assertThat(logs.operations("demo")).isEmpty();
    }

    private OperationLogs at(Instant now) {
        return new OperationLogs(directory, Clock.fixed(now, ZoneOffset.UTC));
    }

    private OperationLogs logs() {
        return new OperationLogs(directory, Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
    }
}
