package io.luban.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.luban.apiserver.LogLines;
import io.luban.apiserver.SettableClock;
import io.luban.apiserver.audit.AuditSettings.LogFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The audit log on a disk that fills, loses folders and refuses to move files. */
class FileSinkTest {
    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();

    private FileSink sink(Path file, long maxBytes) {
        return new FileSink(new LogFile(file.toString(), maxBytes, 2, Duration.ofDays(7)), clock);
    }

    private static AuditBatch batch(String... events) {
        return new AuditBatch(
                List.of(),
                Arrays.stream(events)
                        .map(event -> event.getBytes(StandardCharsets.UTF_8))
                        .toList());
    }

    private List<String> aside() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith("audit-"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void makes_a_folder_and_a_file_that_only_the_owner_reads() throws IOException {
        var file = folder.resolve("logs/audit.log");
        try (var sink = sink(file, 1000)) {
            sink.deliver(batch("a", "b"));
        }
        assertThat(file).hasContent("a\nb\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("logs"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    @DisabledOnOs({OS.MAC, OS.WINDOWS}) // have no /dev/full
    void writes_again_once_a_full_disk_has_room() throws IOException {
        var file = folder.resolve("audit.log");
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        try (var sink = sink(file, 1000)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> sink.deliver(batch("lost")))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContaining("No space left");
            }
            Files.delete(file);

            sink.deliver(batch("kept"));
            assertThat(file).hasContent("kept\n");
        }
    }

    @Test
    void puts_files_aside_by_time_keeps_a_few_and_removes_old_ones() throws IOException {
        var file = folder.resolve("audit.log");
        var old = Files.writeString(folder.resolve("audit-2025-12-01T00-00-00.000.log"), "old");
        Files.setLastModifiedTime(old, FileTime.from(clock.instant().minus(Duration.ofDays(8))));
        var other = Files.writeString(folder.resolve("audit-notes.log"), "not ours");
        try (var sink = sink(file, 5)) {
            sink.deliver(batch("1234"));
            sink.deliver(batch("5678"));
            assertThat(aside()).containsExactly("audit-2026-01-02T03-04-05.678.log", "audit-notes.log");
            sink.deliver(batch("same moment"));
            assertThat(aside())
                    .containsExactly(
                            "audit-2026-01-02T03-04-05.678-1.log",
                            "audit-2026-01-02T03-04-05.678.log",
                            "audit-notes.log");
            clock.pass(Duration.ofSeconds(1));
            sink.deliver(batch("later"));
        }
        assertThat(aside()).hasSize(3).contains("audit-2026-01-02T03-04-06.678.log");
        assertThat(file).hasContent("later\n");
        assertThat(other).exists();
    }

    @Test
    void begins_anew_when_its_folder_was_taken_away() throws IOException {
        var file = folder.resolve("logs/audit.log");
        try (var sink = sink(file, 5)) {
            sink.deliver(batch("1234"));
            Files.move(folder.resolve("logs"), folder.resolve("moved"));

            sink.deliver(batch("5678"));
            assertThat(file).hasContent("5678\n");
        }
    }

    @Test
    void a_file_that_cannot_be_put_aside_grows_on_and_is_tried_again_after_a_minute() throws IOException {
        // with the time in it the name is longer than file systems take
        var tooLong = folder.resolve("x".repeat(240) + ".log");
        try (var said = new LogLines(FileSink.class.getName(), Level.ERROR);
                var sink = sink(tooLong, 5)) {
            sink.deliver(batch("1234", "5678", "9012"));
            assertThat(tooLong).hasContent("1234\n5678\n9012\n");
            assertThat(said.all()).singleElement().asString().contains("audit log cannot be put aside");

            clock.pass(Duration.ofMinutes(1));
            sink.deliver(batch("3456"));
            assertThat(tooLong).hasContent("1234\n5678\n9012\n3456\n");
            assertThat(said.all()).hasSize(2);
        }
    }

    @Test
    void says_what_is_wrong_with_its_path() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> sink(file.resolve("audit.log"), 5))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("is no folder");
    }
}
