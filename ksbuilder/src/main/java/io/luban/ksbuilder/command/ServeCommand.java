package io.luban.ksbuilder.command;

import io.luban.catalog.CatalogServer;
import io.luban.http.HttpRuntime;
import io.luban.http.Limits;
import io.luban.http.ServerConfig;
import io.luban.http.TlsMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves a directory of packages as a Helm repository until it is interrupted. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Serve a directory of packages as a Helm repository, until Ctrl-C.")
public final class ServeCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--host",
            description = "Address to listen on; 0.0.0.0 for all. Whoever reaches it may add packages.")
    private String host = "127.0.0.1";

    @Option(names = "--port", description = "Port to listen on, 0 for any free one. Default: 8080.")
    private int port = 8080;

    @Option(names = "--storage-dir", description = "Directory of packages. Default: the working directory.")
    private String storage = "";

    @Parameters(index = "0", arity = "0..1", paramLabel = "DIR", description = "Another way to name the directory.")
    private String directory = "";

    @Option(names = "--tls-cert", description = "Certificate in PEM, for HTTPS.")
    private String certificate = "";

    @Option(names = "--tls-key", description = "Key of the certificate in PEM.")
    private String key = "";

    /** A command over its surroundings. */
    public ServeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (port < 0 || port > 65_535) {
            throw new CommandException("--port %d: must be from 0 to 65535".formatted(port));
        }
        var config = new ServerConfig(host, port, tls(), Limits.DEFAULTS);
        if (!storage.isEmpty() && !directory.isEmpty() && !storage.equals(directory)) {
            throw new CommandException("DIR and --storage-dir name different directories; give one of them");
        }
        var named = storage.isEmpty() ? directory : storage;
        var packages = session.resolve(named.isEmpty() ? "." : named);
        try (var runtime = HttpRuntime.create(session.clock());
                var server = CatalogServer.start(runtime, config, packages, session.clock())) {
            server.packages().list().problems().forEach(problem -> session.err().println("WARNING: " + problem));
            session.out().println("serving %s at %s".formatted(packages, server.url()));
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private Optional<TlsMaterial> tls() {
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new CommandException("--tls-cert and --tls-key are given together or not at all");
        }
        return certificate.isEmpty()
                ? Optional.empty()
                : Optional.of(new TlsMaterial(read("--tls-cert", certificate), read("--tls-key", key), false));
    }

    private byte[] read(String option, String file) {
        Path path = session.resolve(file);
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new CommandException("%s %s: cannot be read".formatted(option, path));
        }
    }
}
