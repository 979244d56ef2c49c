package io.luban.embeddedkube.request;

import io.luban.http.Reply;
import io.luban.http.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** {@code /healthz}, {@code /livez} and {@code /readyz} with single checks, {@code ?verbose} and {@code ?exclude}. */
public final class HealthEndpoint implements Endpoint {
    private final Map<String, List<Check>> checks;

    /** A named question that is answered at once. */
    public record Check(String name, BooleanSupplier isGood) {}

    /**
     * {@code alive} decides on all three paths, {@code working} on healthz and readyz, {@code ready} on readyz alone;
     * checks keep their order.
     */
    public HealthEndpoint(List<Check> alive, List<Check> working, List<Check> ready) {
        var livez = new ArrayList<>(List.of(new Check("ping", () -> true)));
        livez.addAll(alive);
        var healthz = new ArrayList<>(livez);
        healthz.addAll(working);
        var readyz = new ArrayList<>(healthz);
        readyz.addAll(ready);
        checks = Map.of("livez", livez, "healthz", healthz, "readyz", readyz);
    }

    @Override
    public Optional<Reply> answer(Request request) {
        var path = request.path().substring(1);
        int slash = path.indexOf('/');
        var root = slash < 0 ? path : path.substring(0, slash);
        var name = slash < 0 ? "" : path.substring(slash + 1);
        var asked = checks.get(root);
        if (asked == null) {
            return Optional.empty();
        }
        if (name.isEmpty()) {
            return Optional.of(all(request, root, asked));
        }
        return asked.stream()
                .filter(check -> check.name.equals(name))
                .findFirst()
                .map(HealthEndpoint::single);
    }

    private static Reply all(Request request, String root, List<Check> asked) {
        var excluded = new ArrayList<>(request.queryParameters().getOrDefault("exclude", List.of()));
        var lines = new StringBuilder();
        boolean isGood = true;
        for (var check : asked) {
            if (excluded.remove(check.name)) {
                lines.append("[+]").append(check.name).append(" excluded: ok\n");
            } else if (check.isGood.getAsBoolean()) {
                lines.append("[+]").append(check.name).append(" ok\n");
            } else {
                isGood = false;
                lines.append("[-]").append(check.name).append(" failed: reason withheld\n");
            }
        }
        excluded.removeIf(String::isEmpty);
        if (!excluded.isEmpty()) {
            lines.append("warn: some health checks cannot be excluded: no matches for %s\n"
                    .formatted(String.join(
                            ",", excluded.stream().map("\"%s\""::formatted).toList())));
        }
        lines.append(root).append(isGood ? " check passed\n" : " check failed\n");
        boolean isVerbose = !isGood || request.query("verbose").isPresent();
        return Reply.text(isGood ? 200 : 500, isVerbose ? lines.toString() : "ok");
    }

    private static Reply single(Check check) {
        return check.isGood.getAsBoolean()
                ? Reply.text(200, "ok")
                : Reply.text(500, "internal server error: reason withheld\n");
    }
}
