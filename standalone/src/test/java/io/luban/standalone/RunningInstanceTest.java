package io.luban.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which process a note in the data folder stands for. */
class RunningInstanceTest {
    /** A process that is not this one and lives as long as the test. */
    private static final ProcessHandle OTHER = ProcessHandle.current().parent().orElseThrow();

    private static final long BEGUN = OTHER.info().startInstant().orElseThrow().toEpochMilli();

    @TempDir
    private Path data;

    private DataFolder folder;

    @BeforeEach
    void create() {
        folder = DataFolder.at(data);
        folder.create();
    }

    private OptionalLong found(long pid, long startedMillis) {
        new RunningInstance(pid, startedMillis, 1, 2, 3, 4).note(folder);
        return RunningInstance.on(folder).stream()
                .mapToLong(RunningInstance::pid)
                .findFirst();
    }

    @Test
    void the_process_that_left_it_is_found_while_it_lives() {
        assertThat(found(OTHER.pid(), BEGUN)).hasValue(OTHER.pid());
        assertThat(found(OTHER.pid(), BEGUN + 1000)).hasValue(OTHER.pid());
        assertThat(found(OTHER.pid(), 0)).hasValue(OTHER.pid());
    }

    @Test
    void another_process_that_got_its_number_is_not_taken_for_it() {
        assertThat(found(OTHER.pid(), BEGUN - 60_000)).isEmpty();
        assertThat(found(OTHER.pid(), BEGUN + 60_000)).isEmpty();
        assertThat(found(ProcessHandle.current().pid(), BEGUN)).isEmpty();
        assertThat(found(Long.MAX_VALUE, BEGUN)).isEmpty();
    }

    @Test
    void a_platform_that_starts_notes_itself() {
        var here = RunningInstance.here(1, 2, 3, 4);

        assertThat(here.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(here.startedMillis())
                .isEqualTo(ProcessHandle.current()
                        .info()
                        .startInstant()
                        .orElseThrow()
                        .toEpochMilli());
    }
}
