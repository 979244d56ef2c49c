package io.luban.embeddedkube.request;

import io.luban.embeddedkube.audit.AuditEvent;
import io.luban.embeddedkube.audit.AuditLog;
import io.luban.embeddedkube.audit.AuditNotes;
import io.luban.embeddedkube.configuration.AuditLevel;
import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Tells the audit log of every request: once when it is answered, and of streams when they begin and when they end. */
final class AuditFilter implements Filter {
    private static final byte[] NOTHING = new byte[0];
    private static final Set<String> TOKENS = Set.of("tokenreviews", "selfsubjectreviews");

    private final AuditLog log;
    private final Clock clock;

    AuditFilter(AuditLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /** What is known of a request before it is answered. */
    private record Begun(Request request, AuditNotes notes, Instant received) {}

    @Override
    public Reply apply(Request request, Handler next) {
        var begun = new Begun(request, new AuditNotes(), clock.instant());
        var reply = next.handle(request.with(AuditNotes.KEY, begun.notes));
        return switch (content(reply)) {
            case Reply.Content content -> {
                tell(begun, "ResponseComplete", answer(content));
                yield reply;
            }
            default -> {
                int status = ApiMetrics.status(reply);
                tell(begun, "ResponseStarted", new AuditEvent.Answer(status, NOTHING));
                yield new Reply.Observed(
                        reply, done -> tell(begun, "ResponseComplete", new AuditEvent.Answer(status, NOTHING)));
            }
        };
    }

    private static Reply content(Reply reply) {
        return switch (reply) {
            case Reply.Edited edited -> content(edited.reply());
            case Reply.Observed observed -> content(observed.reply());
            default -> reply;
        };
    }

    private AuditEvent.Answer answer(Reply.Content content) {
        boolean isWanted = content.status() >= 400 || log.level().covers(AuditLevel.REQUEST_RESPONSE);
        boolean isJson = content.headers()
                .first("Content-Type")
                .filter(type -> type.startsWith("application/json"))
                .isPresent();
        boolean isPlain = !content.headers().contains("Content-Encoding");
        return new AuditEvent.Answer(content.status(), isWanted && isJson && isPlain ? content.body() : NOTHING);
    }

    private void tell(Begun begun, String stage, AuditEvent.Answer answer) {
        var request = begun.request;
        var path = path(request);
        var verb = path.map(parsed -> RequestVerb.of(request, parsed))
                .orElseGet(() -> request.method().toLowerCase(Locale.ROOT));
        var query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        var call = new AuditEvent.Call(
                request.rawPath() + query,
                verb,
                sources(request),
                request.header("User-Agent").orElse(""));
        log.accept(new AuditEvent(
                request.attribute(ResponseHeadersFilter.AUDIT_ID).orElse(""),
                path.filter(AuditFilter::isSecret).isPresent() ? least(log.level()) : log.level(),
                stage,
                call,
                path.map(AuditFilter::reference),
                begun.notes,
                answer,
                begun.received,
                clock.instant()));
    }

    private static AuditLevel least(AuditLevel level) {
        return level.covers(AuditLevel.METADATA) ? AuditLevel.METADATA : level;
    }

    /** Bodies of these hold what nobody may read in a log. */
    private static boolean isSecret(ApiPath path) {
        boolean isCore = path.group().isEmpty();
        return (isCore && path.resource().equals("secrets"))
                || (isCore && path.subresource().equals("token"))
                || TOKENS.contains(path.resource());
    }

    private static AuditEvent.ObjectReference reference(ApiPath path) {
        return new AuditEvent.ObjectReference(
                path.group(), path.version(), path.resource(), path.subresource(), path.namespace(), path.name());
    }

    private static List<String> sources(Request request) {
        var result = new ArrayList<String>();
        for (var line : request.headers().all("X-Forwarded-For")) {
            for (var address : line.split(",", -1)) {
                if (!address.isBlank()) {
                    result.add(address.strip());
                }
            }
        }
        var peer = request.peer().getAddress();
        if (peer != null && !result.contains(peer.getHostAddress())) {
            result.add(peer.getHostAddress());
        }
        return result;
    }

    private static Optional<ApiPath> path(Request request) {
        try {
            return ApiPath.parse(request.rawPath());
        } catch (ApiException e) {
            return Optional.empty();
        }
    }
}
