package io.luban.console;

import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.Status;
import java.nio.charset.StandardCharsets;

/** The console's own answers: health and the status page. */
final class OwnPages {
    private static final Headers PAGE = Headers.of(
            "Content-Type",
            "text/html; charset=utf-8",
            "Cache-Control",
            "no-store",
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "same-origin");

    private final Gateway gateway;

    OwnPages(Gateway gateway) {
        this.gateway = gateway;
    }

    Reply handle(Request request, Passage passage) {
        if (request.isUpgrade()) {
            throw notFound(request);
        }
        return switch (request.path()) {
            case "/-/health/live" -> Reply.text(200, "ok");
            case "/-/health/ready" -> ready();
            case "/" -> isRead(request) ? page(200, statusPage(request, passage)) : refused(request);
            default -> missing(request);
        };
    }

    private Reply ready() {
        boolean isAlive = gateway.get("/livez", Headers.EMPTY)
                .filter(answer -> answer.status() == 200)
                .isPresent();
        return isAlive ? Reply.text(200, "ok") : Reply.text(503, "ks-apiserver does not answer");
    }

    private String statusPage(Request request, Passage passage) {
        var headers = passage.identified(request, Route.Identity.CALLER)
                .without("Accept-Encoding")
                .without("Connection")
                .with("Accept", "application/json");
        return new StatusPage(gateway).render(headers);
    }

    private static Reply missing(Request request) {
        if (isRead(request) && Accepted.html(request)) {
            return page(
                    404, Html.page("Not found", "<p>There is no page at this address. <a href=\"/\">Status</a></p>"));
        }
        throw notFound(request);
    }

    private static ApiException notFound(Request request) {
        return new ApiException(Status.of(404, "NotFound", "the console has nothing at " + request.rawPath()));
    }

    private static Reply refused(Request request) {
        var status = Status.of(405, "MethodNotAllowed", request.method() + " is not possible on a page");
        return new Reply.Edited(Reply.of(status), headers -> headers.with("Allow", "GET, HEAD"));
    }

    private static boolean isRead(Request request) {
        return request.method().equals("GET") || request.method().equals("HEAD");
    }

    private static Reply page(int status, String html) {
        return new Reply.Content(status, PAGE, html.getBytes(StandardCharsets.UTF_8));
    }
}
