package io.luban.controller.extension;

import io.luban.controller.executor.OperationLogs;
import io.luban.extensionformat.ExtensionNames;
import io.luban.http.Handler;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.StreamSink;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Answers {@code GET …/installplans/{name}/logs} and {@code POST …/installplans/{name}/preview}. Who asks has been
 * authorized before.
 */
final class PlanOperations implements Handler {
    private static final Pattern PATH = Pattern.compile(".*/installplans/([^/]+)/(logs|preview)");
    private static final GroupResource PLANS = new GroupResource("kubesphere.io", "installplans");
    private static final long MAX_BODY = 2L * 1024 * 1024;
    private static final long MAX_PENDING = 1024 * 1024;
    private static final Duration SLOWEST = Duration.ofSeconds(30);
    private static final Headers TEXT =
            Headers.of("Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options", "nosniff");

    private final KubeRest kube;
    private final OperationLogs logs;
    private final PlanPreview preview;

    PlanOperations(KubeRest kube, OperationLogs logs, PlanPreview preview) {
        this.kube = kube;
        this.logs = logs;
        this.preview = preview;
    }

    /** How much of a log is wanted, and how its lines look. */
    private record Wanted(boolean follows, boolean stamps, int tail) {
        static Wanted of(Request request) {
            return new Wanted(isSet(request, "follow"), isSet(request, "timestamps"), tail(request));
        }

        private static boolean isSet(Request request, String name) {
            return request.query(name)
                    .filter(value -> value.isEmpty() || value.equals("true") || value.equals("1"))
                    .isPresent();
        }

        private static int tail(Request request) {
            var text = request.query("tailLines").orElse("");
            if (text.isEmpty()) {
                return Integer.MAX_VALUE;
            }
            if (!text.matches("\\d{1,9}")) {
                throw ApiException.badRequest(
                        "tailLines: \"%s\" must be a number that is not negative".formatted(text));
            }
            return Integer.parseInt(text);
        }

        String shown(String lines) {
            return stamps
                    ? lines
                    : lines.lines()
                            .map(line -> line.substring(line.indexOf(' ') + 1) + "\n")
                            .collect(Collectors.joining());
        }

        String last(String lines) {
            var all = lines.lines().toList();
            return tail >= all.size()
                    ? lines
                    : all.subList(all.size() - tail, all.size()).stream()
                            .map(line -> line + "\n")
                            .collect(Collectors.joining());
        }
    }

    @Override
    public Reply handle(Request request) {
        var match = PATH.matcher(request.path());
        if (!match.matches()) {
            throw ApiException.noSuchResource();
        }
        var name = match.group(1);
        if (ExtensionNames.problemOfName(name).isPresent()) {
            throw ApiException.notFound(PLANS, name);
        }
        boolean asksForLogs = match.group(2).equals("logs");
        if (!request.method().equals(asksForLogs ? "GET" : "POST")) {
            throw ApiException.methodNotAllowed();
        }
        return asksForLogs ? logs(name, request) : preview(name, request);
    }

    private Reply preview(String name, Request request) {
        var body = request.body(MAX_BODY);
        try {
            var asked = body.length == 0 ? Json.object() : Json.parseObject(body);
            return Reply.json(200, Json.bytes(preview.of(name, asked)));
        } catch (ParseException e) {
            throw ApiException.badRequest("the body must be an InstallPlan in JSON: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the controllers are stopping");
        }
    }

    private Reply logs(String name, Request request) {
        var wanted = Wanted.of(request);
        var cluster = request.query("cluster").orElse("");
        var release = release(name, cluster);
        var operations = logs.operations(release);
        if (operations.isEmpty() && kube.find(Paths.plan(name)).isEmpty()) {
            throw ApiException.notFound(PLANS, name);
        }
        var named = named(release, operations, request);
        if (!wanted.follows()) {
            var operation = named.or(() -> operations.reversed().stream().findFirst());
            var lines = operation.flatMap(found -> logs.read(release, found)).orElse("");
            return Reply.text(200, wanted.shown(wanted.last(lines)));
        }
        var next = new NextOperation(kube, logs, name, cluster);
        return new Reply.Stream(
                200,
                TEXT,
                sink -> Thread.ofVirtual()
                        .name("log of " + release)
                        .start(() -> copy(new Followed(release, named, next), wanted, sink)));
    }

    /** The log to follow: of the operation that is named, or of the one that runs or is about to. */
    private record Followed(String release, Optional<String> named, NextOperation next) {
        Optional<OperationLogs.Tail> tail(OperationLogs logs) throws InterruptedException {
            var operation = named.isPresent() ? named : next.await(release);
            return operation.flatMap(found -> logs.follow(release, found));
        }
    }

    private static Optional<String> named(String release, List<String> operations, Request request) {
        var named = request.query("operation").orElse("");
        if (!named.isEmpty() && !operations.contains(named)) {
            throw ApiException.generic(
                    404,
                    "NotFound",
                    "operation \"%s\" of release %s has no log; kept are: %s"
                            .formatted(named, release, String.join(", ", operations)));
        }
        return named.isEmpty() ? Optional.empty() : Optional.of(named);
    }

    private static String release(String name, String cluster) {
        if (cluster.isEmpty()) {
            return name;
        }
        ExtensionNames.problemOfName(cluster).ifPresent(problem -> {
            throw ApiException.badRequest("cluster: " + problem);
        });
        return name + "-agent@" + cluster;
    }

    private void copy(Followed followed, Wanted wanted, StreamSink sink) {
        var reader = Thread.currentThread();
        sink.onClose(reader::interrupt);
        try {
            var tail = followed.tail(logs);
            if (tail.isPresent()) {
                var lines = wanted.last(tail.get().next());
                while (!lines.isEmpty() && sink.awaitRoom(MAX_PENDING, SLOWEST)) {
                    sink.write(wanted.shown(lines).getBytes(StandardCharsets.UTF_8));
                    lines = tail.get().next();
                }
            }
            sink.end();
        } catch (InterruptedException e) {
            // whoever listened has gone
            Thread.currentThread().interrupt();
        }
    }
}
