package io.luban.standalone;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.embeddedkube.backup.DataBackup;
import io.luban.kube.KubeClients;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code luban backup}: one file from which {@code luban restore} makes the whole platform again. */
@Command(
        name = "backup",
        description = {
            "Write a backup of a data folder to a file, whether the platform runs or not.",
            "The file holds all objects, Secrets included, and the certificates and keys of the platform, so that",
            "kubeconfigs and tokens stay valid after a restore: keep it as safe as the data folder itself. Secrets that",
            "are encrypted at rest stay so; the key file is not part of the backup."
        },
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
    private static final int ANSWER_SECONDS = 600;
    private static final int HTTP_OK = 200;
    private static final int BLOCK = 64 * 1024;
    private static final int EXPLANATION_BYTES = 4096;

    @Parameters(paramLabel = "FILE", description = "where to write it; only its owner may read it")
    private Path file = Path.of("luban.backup");

    @Option(names = "--data", paramLabel = "DIR", description = "data folder (default: ~/.luban)")
    private Path data = DataFolder.standard();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "back up the running platform that this kubeconfig of a cluster-admin leads to")
    private @Nullable Path kubeconfig;

    @Option(names = "--force", description = "replace the file if it is there")
    private boolean replaces;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the command line parser
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var target = file.toAbsolutePath().normalize();
        if (Files.exists(target) && !replaces) {
            throw new IllegalStateException(
                    "%s exists already: name another file, or replace it by --force".formatted(target));
        }
        var partial = target.resolveSibling(target.getFileName() + ".partial");
        Files.deleteIfExists(partial);
        try {
            write(partial);
            DataBackup.verify(partial);
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
        spec.commandLine().getOut().printf("backup written to %s (%s)%n", target, size(Files.size(target)));
        return 0;
    }

    private void write(Path partial) throws IOException, InterruptedException {
        var folder = DataFolder.at(data);
        if (kubeconfig != null) {
            download(kubeconfig, partial);
        } else if (RunningInstance.on(folder).isPresent()) {
            download(folder.kubeconfig(), partial);
        } else {
            DataBackup.ofStopped(folder.path(), partial, Clock.systemUTC());
        }
    }

    private void download(Path credentials, Path partial) throws IOException, InterruptedException {
        try (var client = KubeClients.fromKubeconfig(credentials)) {
            var response = ask(client);
            try (var body = response.body()) {
                if (response.code() != HTTP_OK) {
                    var reason = new String(body.readNBytes(EXPLANATION_BYTES), StandardCharsets.UTF_8);
                    throw new IllegalStateException("the platform refused the backup: " + reason.strip());
                }
                var expected = response.header("Luban-Backup-Bytes");
                Files.createFile(partial, privately());
                copy(body, partial, expected == null ? 0 : Long.parseLong(expected));
            }
        }
    }

    private static io.fabric8.kubernetes.client.http.HttpResponse<InputStream> ask(KubernetesClient client)
            throws InterruptedException {
        var http = client.getHttpClient();
        var request = http.newHttpRequestBuilder()
                .uri(URI.create(client.getMasterUrl() + "luban/backup"))
                .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .build();
        try {
            return http.sendAsync(request, InputStream.class).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("%s does not answer".formatted(client.getMasterUrl()), e);
        }
    }

    private void copy(InputStream body, Path partial, long expected) throws IOException {
        var progress = new Transfer(spec.commandLine().getOut(), expected);
        try (var out = Files.newOutputStream(partial)) {
            var block = new byte[BLOCK];
            for (int read = body.read(block); read >= 0; read = body.read(block)) {
                out.write(block, 0, read);
                progress.add(read);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the platform broke the backup off: see its log", e);
        }
    }

    private static FileAttribute<?>[] privately() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    static String size(long bytes) {
        return bytes < 1024 * 1024 ? "%,d KiB".formatted(bytes / 1024) : "%,d MiB".formatted(bytes / (1024 * 1024));
    }

    /** Tells of every tenth of a long transfer. */
    private static final class Transfer {
        private static final long WORTH_TELLING = 16L * 1024 * 1024;

        private final PrintWriter out;
        private final long expected;
        private long received;
        private long told;

        Transfer(PrintWriter out, long expected) {
            this.out = out;
            this.expected = expected;
        }

        void add(int bytes) {
            received += bytes;
            long tenth = expected < WORTH_TELLING ? 0 : Math.min(10, received * 10 / expected);
            if (tenth > told) {
                told = tenth;
                out.printf("  %d %% (%s)%n", tenth * 10, size(received));
                out.flush();
            }
        }
    }
}
