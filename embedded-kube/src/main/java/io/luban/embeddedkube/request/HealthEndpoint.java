package io.luban.embeddedkube.request;

import io.luban.http.Reply;
import io.luban.http.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** {@code /healthz}, {@code /livez} and {@code /readyz} with single checks, {@code ?verbose} and {@code ?exclude}. */
public final class HealthEndpoint implements Endpoint {
    private static final List<String> ROOTS = List.of("healthz", "livez", "readyz");

    private final Map<String, BooleanSupplier> alive = new LinkedHashMap<>();
    private final Map<String, BooleanSupplier> ready = new LinkedHashMap<>();

    /** {@code alive} decides on all three paths, {@code ready} on readyz besides; checks keep their order. */
    public HealthEndpoint(Map<String, BooleanSupplier> alive, Map<String, BooleanSupplier> ready) {
        this.alive.put("ping", () -> true);
        this.alive.putAll(alive);
        this.ready.putAll(this.alive);
        this.ready.putAll(ready);
    }

    @Override
    public Optional<Reply> answer(Request request) {
        var path = request.path().substring(1);
        for (var root : ROOTS) {
            if (path.equals(root) || path.equals(root + "/")) {
                return Optional.of(all(request, root));
            }
            if (path.startsWith(root + "/")) {
                return Optional.ofNullable(checks(root).get(path.substring(root.length() + 1)))
                        .map(HealthEndpoint::single);
            }
        }
        return Optional.empty();
    }

    private Map<String, BooleanSupplier> checks(String root) {
        return root.equals("readyz") ? ready : alive;
    }

    private Reply all(Request request, String root) {
        var excluded = request.queryParameters().getOrDefault("exclude", List.of());
        var lines = new StringBuilder();
        boolean isGood = true;
        for (var check : checks(root).entrySet()) {
            var name = check.getKey();
            if (excluded.contains(name)) {
                lines.append("[+]").append(name).append(" excluded: ok\n");
            } else if (check.getValue().getAsBoolean()) {
                lines.append("[+]").append(name).append(" ok\n");
            } else {
                isGood = false;
                lines.append("[-]").append(name).append(" failed: reason withheld\n");
            }
        }
        lines.append(root).append(isGood ? " check passed\n" : " check failed\n");
        boolean isVerbose = !isGood || request.query("verbose").isPresent();
        return Reply.text(isGood ? 200 : 500, isVerbose ? lines.toString() : "ok");
    }

    private static Reply single(BooleanSupplier check) {
        return check.getAsBoolean()
                ? Reply.text(200, "ok")
                : Reply.text(500, "internal server error: reason withheld\n");
    }
}
