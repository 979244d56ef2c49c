package io.luban.apiserver.health;

import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.router.Route;
import io.luban.http.Reply;
import io.luban.http.Request;
import java.util.HashSet;
import java.util.List;
import java.util.function.BooleanSupplier;

/** {@code /healthz}, {@code /livez} or {@code /readyz}: {@code ok}, or line by line what is wrong but not why. */
public final class HealthEndpoint {
    private final String name;
    private final List<Check> checks;
    private final BooleanSupplier isStopping;

    /** An endpoint of that name over the checks. */
    public HealthEndpoint(String name, List<Check> checks) {
        this(name, checks, () -> false);
    }

    /** An endpoint that answers 503 from the moment on at which the process is asked to stop. */
    public HealthEndpoint(String name, List<Check> checks, BooleanSupplier isStopping) {
        this.name = name;
        this.checks = List.copyOf(checks);
        this.isStopping = isStopping;
    }

    /** The routes of the endpoint and of each single check. */
    public List<Route> routes() {
        var all = Route.quick("GET", "/" + name, this::answer);
        var single = checks.stream()
                .map(check -> Route.quick(
                        "GET",
                        "/" + name + "/" + check.name(),
                        exchange -> check.isWell().getAsBoolean()
                                ? Reply.text(200, "ok")
                                : Reply.text(500, check.name() + " check failed\n")))
                .toList();
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(all), single.stream())
                .toList();
    }

    private Reply answer(Exchange exchange) {
        return answer(exchange.request());
    }

    /** The answer to a request for the endpoint itself. */
    public Reply answer(Request request) {
        var parameters = request.queryParameters();
        var excluded = new HashSet<>(parameters.getOrDefault("exclude", List.of()));
        var report = new StringBuilder();
        boolean well = true;
        for (var check : checks) {
            if (excluded.remove(check.name())) {
                report.append("[+]").append(check.name()).append(" excluded: ok\n");
            } else if (check.isWell().getAsBoolean()) {
                report.append("[+]").append(check.name()).append(" ok\n");
            } else {
                well = false;
                report.append("[-]").append(check.name()).append(" failed: reason withheld\n");
                check.failing()
                        .get()
                        .forEach(part -> report.append("[-]")
                                .append(check.name())
                                .append('/')
                                .append(part)
                                .append(" failed: reason withheld\n"));
            }
        }
        boolean stopping = isStopping.getAsBoolean();
        if (stopping) {
            well = false;
            report.append("[-]shutdown failed: reason withheld\n");
        }
        excluded.forEach(unknown ->
                report.append("warn: no check is named ").append(unknown).append('\n'));
        report.append(name).append(well ? " check passed\n" : " check failed\n");
        if (!well) {
            return Reply.text(stopping ? 503 : 500, report.toString());
        }
        return Reply.text(200, parameters.containsKey("verbose") ? report.toString() : "ok");
    }
}
