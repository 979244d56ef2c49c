package io.luban.standalone.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acts when the content of files changes. It looks at the content because Kubernetes changes mounted files by moving links,
 * of which file systems tell nothing.
 */
public final class FileWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final List<Path> files;
    private final Runnable action;
    private final CountDownLatch closing = new CountDownLatch(1);
    private int seen;

    /** Begins to look; an action that fails is logged as an error and changes nothing. */
    public FileWatch(List<Path> files, Runnable action) {
        this.files = List.copyOf(files);
        this.action = action;
        seen = content();
        Thread.ofVirtual().name("files").start(this::run);
    }

    private void run() {
        try {
            while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                int now = content();
                if (now != seen) {
                    seen = now;
                    act();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void act() {
        try {
            action.run();
            log.atInfo().addKeyValue("files", files).log("files have changed and are used");
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("files", files)
                    .addKeyValue("cause", e.getMessage())
                    .log("files have changed but cannot be used; what was read before stays");
        }
    }

    private int content() {
        return files.stream().mapToInt(FileWatch::content).reduce(1, (sum, hash) -> 31 * sum + hash);
    }

    private static int content(Path file) {
        try {
            return Arrays.hashCode(Files.readAllBytes(file));
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
