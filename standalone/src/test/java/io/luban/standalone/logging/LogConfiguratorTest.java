package io.luban.standalone.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;

@Isolated("system properties are the whole process's")
class LogConfiguratorTest {
    private static final String LIBRARYS_OWN = "logback.configurationFile";

    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void forget() {
        context.stop();
        List.of(LogSettings.FILE, LogSettings.LEVEL, LogSettings.ACCESS_LEVEL, LIBRARYS_OWN)
                .forEach(System::clearProperty);
    }

    @Test
    void lines_go_to_the_file_with_time_level_and_pairs(@TempDir Path folder) throws IOException {
        var file = folder.resolve("luban.log");
        LogSettings.toFile(file);

        assertThat(configure()).isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
        context.getLogger("io.luban.test").atInfo().addKeyValue("name", "demo").log("object was made");
        context.getLogger("io.luban.test").debug("not told");

        assertThat(Files.readAllLines(file))
                .singleElement()
                .asString()
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  io.luban.test object was made"
                        + " name=\"demo\"");
    }

    @Test
    void of_the_files_that_were_put_aside_three_are_kept(@TempDir Path folder) throws IOException {
        LogSettings.toFile(folder.resolve("luban.log"));
        configure();
        var appender = (RollingFileAppender<?>) context.getLogger(Logger.ROOT_LOGGER_NAME)
                .iteratorForAppenders()
                .next();

        for (int i = 1; i <= 5; i++) {
            context.getLogger("io.luban.test").info("line {}", i);
            appender.rollover();
        }

        try (var files = Files.list(folder)) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder("luban.log", "luban.log.1", "luban.log.2", "luban.log.3");
        }
        assertThat(folder.resolve("luban.log.1")).content().contains("line 5");
        assertThat(folder.resolve("luban.log.3")).content().contains("line 3");
    }

    @Test
    void verbose_programs_tell_more_on_standard_error() {
        LogSettings.toStandardError(true, false);

        configure();

        assertThat(context.getLogger("io.luban.apiserver.access").isDebugEnabled())
                .isTrue();
        assertThat(context.getLogger("io.luban.http").isDebugEnabled()).isFalse();
        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders())
                .toIterable()
                .singleElement()
                .isInstanceOf(ConsoleAppender.class)
                .extracting("target")
                .isEqualTo("System.err");
    }

    @Test
    void commands_that_say_nothing_have_no_log() {
        configure();

        assertThat(context.getLogger("io.luban.test").isErrorEnabled()).isFalse();
        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders())
                .toIterable()
                .isEmpty();
    }

    @Test
    void a_file_of_the_librarys_own_form_counts_instead() {
        System.setProperty(LIBRARYS_OWN, "elsewhere.xml");

        assertThat(configure()).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders())
                .toIterable()
                .isEmpty();
    }

    private ExecutionStatus configure() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        var configurator = new LogConfigurator();
        configurator.setContext(context);
        return configurator.configure(context);
    }
}
