package io.luban.controller.repository;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears of packages that come, change or go in a directory. */
final class PackagesWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PackagesWatch.class);

    private final WatchService service;

    private PackagesWatch(WatchService service) {
        this.service = service;
    }

    /** Begins to watch; {@code changed} is called after each change. */
    static PackagesWatch start(Path directory, Runnable changed) {
        try {
            var service = directory.getFileSystem().newWatchService();
            directory.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            var watch = new PackagesWatch(service);
            Thread.ofVirtual().name("packages").start(() -> watch.run(changed));
            return watch;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(Runnable changed) {
        try {
            while (true) {
                var key = service.take();
                boolean packages = key.pollEvents().stream()
                        .anyMatch(event -> !String.valueOf(event.context()).startsWith("."));
                if (packages) {
                    changed.run();
                }
                if (!key.reset()) {
                    log.atWarn().log("the directory of packages is gone, changes are found by polling only");
                    return;
                }
            }
        } catch (ClosedWatchServiceException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
