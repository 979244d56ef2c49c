package io.luban.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code luban status}: whether the platform runs and answers. Exit code 0 when it is ready, 1 otherwise. */
@Command(name = "status", description = "Tell whether the platform runs, and where.", mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    @Option(names = "--data", paramLabel = "DIR", description = "data folder (default: ~/.luban)")
    private Path data = DataFolder.standard();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the command line parser
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var folder = DataFolder.at(data);
        var out = spec.commandLine().getOut();
        var running = RunningInstance.on(folder);
        if (running.isEmpty()) {
            out.println("not running on " + folder.path());
            return 1;
        }
        var instance = running.get();
        boolean ready = isReady(instance);
        out.printf("%s, process %d%n", ready ? "ready" : "running, not ready", instance.pid());
        out.printf("ks-console      http://127.0.0.1:%d%n", instance.consolePort());
        out.printf("ks-apiserver    http://127.0.0.1:%d%n", instance.apiserverPort());
        out.printf("Kubernetes API  https://127.0.0.1:%d%n", instance.kubePort());
        out.printf("Extension hosts http://127.0.0.1:%d (by host name)%n", instance.ingressPort());
        out.printf("kubeconfig      %s%n", folder.kubeconfig());
        return ready ? 0 : 1;
    }

    private static boolean isReady(RunningInstance instance) throws InterruptedException {
        var uri = URI.create("http://127.0.0.1:%d/readyz".formatted(instance.apiserverPort()));
        try (var client = HttpClient.newBuilder().connectTimeout(DEADLINE).build()) {
            var request = HttpRequest.newBuilder(uri).timeout(DEADLINE).build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
