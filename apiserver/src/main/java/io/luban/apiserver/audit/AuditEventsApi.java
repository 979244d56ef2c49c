package io.luban.apiserver.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.router.Route;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.Status;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** {@code GET /kapis/auditing.kubesphere.io/v1alpha1/events}: what this process recorded lately, newest first. */
final class AuditEventsApi {
    private static final int USUAL_LIMIT = 100;
    private static final int LARGEST_LIMIT = 10_000;

    /** Query parameters and what of an event has to be equal to them. */
    private static final Map<String, String> FILTERS = Map.of(
            "user", "/User/username",
            "verb", "/Verb",
            "workspace", "/Workspace",
            "namespace", "/ObjectRef/Namespace",
            "resource", "/ObjectRef/Resource",
            "group", "/ObjectRef/APIGroup",
            "name", "/ObjectRef/Name",
            "code", "/ResponseStatus/code");

    private final RecentEvents recent;

    AuditEventsApi(RecentEvents recent) {
        this.recent = recent;
    }

    List<Route> routes() {
        return List.of(Route.blocking("GET", "/kapis/auditing.kubesphere.io/v1alpha1/events", this::list)
                .described("Auditing", "List the last audit events of this process"));
    }

    private Reply list(Exchange exchange) {
        if (!recent.isKept()) {
            throw new ApiException(Status.of(
                    404, "NotFound", "audit events are not kept: set auditing.enable and auditing.recentEvents"));
        }
        int limit = limit(exchange.request());
        var events = recent.matching(filter(exchange.request()));
        var answer = Json.object();
        answer.putArray("items").addAll(events.subList(0, Math.min(limit, events.size())));
        return Reply.json(200, Json.bytes(answer.put("totalItems", events.size())));
    }

    private static int limit(Request request) {
        var text = request.query("limit").orElse("");
        if (text.isEmpty()) {
            return USUAL_LIMIT;
        }
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > LARGEST_LIMIT) {
            throw ApiException.badRequest("limit: \"%s\" must be a number up to %d".formatted(text, LARGEST_LIMIT));
        }
        return Integer.parseInt(text);
    }

    private static Predicate<ObjectNode> filter(Request request) {
        Predicate<ObjectNode> all = event -> true;
        for (var entry : FILTERS.entrySet()) {
            var wanted = request.query(entry.getKey()).orElse("");
            if (!wanted.isEmpty()) {
                all = all.and(event -> event.at(entry.getValue())
                        .asText("")
                        .toLowerCase(Locale.ROOT)
                        .equals(wanted.toLowerCase(Locale.ROOT)));
            }
        }
        return all;
    }
}
