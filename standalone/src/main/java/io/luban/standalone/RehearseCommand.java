package io.luban.standalone;

import io.luban.apiserver.ApiServerConfig;
import io.luban.controller.ControllerManagerConfig;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.standalone.logging.LogSettings;
import io.luban.standalone.rehearsal.Rehearsal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Starts the platform twice on a folder that is thrown away and sends it requests; the build records the start-up archive while
 * it runs.
 */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {
    private static final String PASSWORD = "Rehearsed-1-password";

    @Override
    public Integer call() throws IOException {
        var directory = Files.createTempDirectory("luban-rehearsal");
        try {
            LogSettings.toFile(directory.resolve("luban.log"));
            var config = new StandaloneConfig(
                    DataFolder.at(directory),
                    ApiServerConfig.defaults().listeningAt("127.0.0.1", 0),
                    StandaloneConfig.Ports.ANY,
                    Optional.of(PASSWORD),
                    EmbeddedKubeConfig.of(directory).onPort(0),
                    ControllerManagerConfig.of(directory.resolve("controller-manager")));
            start(config).close();
            try (var platform = start(config)) {
                new Rehearsal(platform.apiserverPort(), PASSWORD).run();
            }
        } finally {
            delete(directory);
        }
        return 0;
    }

    private static Standalone start(StandaloneConfig config) {
        return Standalone.start(config, new Progress(new PrintWriter(Writer.nullWriter())), Clock.systemUTC());
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
