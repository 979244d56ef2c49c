package io.luban.standalone.logging;

import java.nio.file.Path;

/**
 * What a command says about the log before the first line is written. Told by system properties, as the logging library
 * configures itself whenever something is logged first. Commands that say nothing have no log: what they find they tell their
 * user themselves. Whoever names a file of that library by {@code -Dlogback.configurationFile} gets what is written there.
 */
public final class LogSettings {
    static final String FILE = "luban.log";
    static final String STANDARD_ERROR = "-";
    static final String LEVEL = "luban.log.level";
    static final String ACCESS_LEVEL = "luban.log.access";

    private LogSettings() {}

    /** Lines go to that file, of which at most four are kept, of at most 20 MB each. */
    public static void toFile(Path file) {
        System.setProperty(FILE, file.toString());
    }

    /**
     * Lines go to standard error, as those of programs in containers do.
     *
     * @param tellsRequests whether each request gets a line
     * @param tellsMore whether lines for people who look for a fault are written
     */
    public static void toStandardError(boolean tellsRequests, boolean tellsMore) {
        System.setProperty(FILE, STANDARD_ERROR);
        System.setProperty(ACCESS_LEVEL, tellsRequests ? "DEBUG" : "INFO");
        System.setProperty(LEVEL, tellsMore ? "DEBUG" : "INFO");
    }
}
