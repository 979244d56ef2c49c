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

    private OperationLogs logs() {
        return new OperationLogs(directory, Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
    }
}
