package io.luban.apiserver.apiservice;

import io.luban.apiserver.endpoint.Forwarding;
import io.luban.apiserver.extension.ConditionWriter;
import io.luban.apiserver.extension.ExtensionObjects;
import io.luban.apiserver.extension.Verdicts;
import io.luban.apiserver.health.FirstListing;
import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.apiserver.resilience.Guards;
import io.luban.http.AnswerInspector;
import io.luban.http.Reply;
import io.luban.kube.KubeRest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Forwards requests of a group and version that an APIService registers, with headers that name the user. Runs after
 * authorization and before the built-in APIs, so that an extension may replace one. Answers 503 when the APIService is
 * switched off or its endpoint cannot be used.
 */
public final class ApiServiceFilter implements Stage, AutoCloseable {
    private final Guards guards;
    private final Consumer<List<Guards.Backend>> available;
    private final Set<String> reservedGroups;
    private final Verdicts<ApiServiceRoute> verdicts;
    private final ExtensionObjects<ApiServiceRoute> objects;
    private volatile ApiServiceTable table = ApiServiceTable.EMPTY;

    /**
     * Follows the APIServices.
     *
     * @param reservedGroups groups of the platform that only an annotated object may take
     * @param available hears of every change of the backends that are switched on
     */
    public ApiServiceFilter(
            KubeRest kube,
            Guards guards,
            ConditionWriter conditions,
            Set<String> reservedGroups,
            Consumer<List<Guards.Backend>> available) {
        this.available = available;
        this.reservedGroups = Set.copyOf(reservedGroups);
        this.guards = guards;
        verdicts = new Verdicts<>(
                ApiServiceRoute.KIND,
                conditions,
                ApiServiceRoute::definition,
                route -> route.verdict(reservedGroups),
                ApiServiceRoute::serving);
        objects = new ExtensionObjects<>(kube, "apiservices", ApiServiceRoute::compile, this::publish);
    }

    private List<ApiServiceRoute> served(List<ApiServiceRoute> routes) {
        return routes.stream()
                .filter(route -> !route.takesOneOf(reservedGroups))
                .toList();
    }

    private void publish(List<ApiServiceRoute> compiled) {
        var routes = served(verdicts.settle(compiled, known -> ApiServiceTable.conflicts(served(known))));
        guards.retain(
                ApiServiceRoute.KIND,
                routes.stream().flatMap(route -> route.backend().stream()).toList());
        available.accept(routes.stream()
                .filter(route -> route.definition().isAvailable())
                .flatMap(route -> route.backend().stream())
                .toList());
        table = new ApiServiceTable(routes);
    }

    @Override
    public Step attempt(Exchange exchange) {
        return route(exchange)
                .map(route -> Step.answer(answer(route, exchange)))
                .orElseGet(() -> Step.next(exchange));
    }

    private Optional<ApiServiceRoute> route(Exchange exchange) {
        var info = exchange.info();
        if (info.isKubernetesRequest()) {
            return Optional.empty();
        }
        return info.isResourceRequest()
                ? table.find(info.apiGroup(), info.apiVersion())
                : table.findForPath(info.path());
    }

    private Reply answer(ApiServiceRoute route, Exchange exchange) {
        var name = route.definition().name();
        if (!route.definition().isAvailable()) {
            return ErrorResponses.unavailable("apiService %s is not available".formatted(name));
        }
        var backend = route.backend();
        if (backend.isEmpty()) {
            return ErrorResponses.unavailable("apiService %s is not available: %s".formatted(name, route.problem()));
        }
        var request = exchange.request();
        var headers = Forwarding.withIdentity(request.headers(), exchange.user());
        var outgoing = new Forwarding.Outgoing(
                request.method(),
                request.rawPath(),
                request.rawQuery(),
                headers,
                backend.get().policy().timeout(),
                AnswerInspector.NONE);
        return guards.forward(backend.get(), exchange, outgoing);
    }

    /** What has to be listed before every object is known. */
    public List<FirstListing> firstListings() {
        return objects.firstListings();
    }

    @Override
    public void close() {
        objects.close();
    }
}
