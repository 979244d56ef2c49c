package io.luban.apiserver.audit;

import io.luban.apiserver.pipeline.Exchange;
import io.luban.http.AnswerInspector;
import io.luban.http.BodyEdit;
import io.luban.http.ForwardTarget;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.SourceAddresses;
import io.luban.model.Ids;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Status;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Makes an event of every noted request when it is over, and hands it to the queue. */
public final class Auditor implements BiFunction<Exchange, Reply, Reply> {
    private static final Set<Integer> DENIED = Set.of(401, 403, 511);
    private static final String LEFT_OUT = "audit.luban.io/left-out";

    private final AuditSettings settings;
    private final AuditRules rules;
    private final AuditQueue queue;
    private final EventPlaces places;
    private final SourceAddresses sources;
    private final Ids ids;
    private final Clock clock;

    /** Records by the settings. */
    public Auditor(
            AuditSettings settings,
            AuditQueue queue,
            EventPlaces places,
            SourceAddresses sources,
            Ids ids,
            Clock clock) {
        this.settings = settings;
        this.rules = new AuditRules(settings);
        this.queue = queue;
        this.places = places;
        this.sources = sources;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public Reply apply(Exchange exchange, Reply reply) {
        var noted = exchange.request().attribute(AuditDraft.ATTRIBUTE);
        if (noted.isPresent()) {
            var draft = noted.get();
            var watched = rules.recordsAnswerBody(exchange) ? capturing(reply, draft) : reply;
            return new Reply.Observed(watched, completion -> record(exchange, draft, completion));
        }
        if (!settings.auditDenied() || !rules.records(exchange)) {
            return reply;
        }
        var draft = AuditDraft.at(clock.instant(), new byte[0]);
        return new Reply.Observed(reply, completion -> {
            if (DENIED.contains(completion.status())) {
                record(exchange, draft, completion);
            }
        });
    }

    private Reply capturing(Reply reply, AuditDraft draft) {
        return switch (reply) {
            case Reply.Content content -> {
                if (content.body().length <= settings.maxBodyBytes()) {
                    draft.answer().set(content.body());
                }
                yield content;
            }
            case Reply.Forward forward -> new Reply.Forward(capturing(forward.target(), draft));
            case Reply.Edited edited -> new Reply.Edited(capturing(edited.reply(), draft), edited.edit());
            case Reply.Observed observed -> new Reply.Observed(capturing(observed.reply(), draft), observed.observer());
            default -> reply;
        };
    }

    private ForwardTarget capturing(ForwardTarget target, AuditDraft draft) {
        return target.with(new Kept(target.inspector(), draft));
    }

    /** Keeps what the client is answered by an upstream, or in its place. */
    private final class Kept implements AnswerInspector {
        private final AnswerInspector answers;
        private final AuditDraft draft;

        private Kept(AnswerInspector answers, AuditDraft draft) {
            this.answers = answers;
            this.draft = draft;
        }

        @Override
        public Verdict inspect(int status, Headers headers) {
            return switch (answers.inspect(status, headers)) {
                case Verdict.Pass pass ->
                    isStream(pass.headers()) ? pass : new Verdict.Through(pass.headers(), copy(Optional.empty()));
                case Verdict.Through through ->
                    isStream(through.headers())
                            ? through
                            : new Verdict.Through(through.headers(), copy(Optional.of(through.edit())));
                case Verdict.Rewrite rewrite ->
                    new Verdict.Rewrite(
                            rewrite.headers(),
                            rewrite.limitBytes(),
                            body -> keep(draft, rewrite.edit().apply(body)));
                case Verdict.Replace replace -> {
                    keep(draft, replace.answer().body());
                    yield replace;
                }
            };
        }

        private AnswerCopy copy(Optional<BodyEdit> edit) {
            return new AnswerCopy(draft, settings.maxBodyBytes(), edit);
        }

        @Override
        public void upgraded() {
            answers.upgraded();
        }

        @Override
        public Reply.Content failed(Status status) {
            var answer = answers.failed(status);
            keep(draft, answer.body());
            return answer;
        }
    }

    /** Waiting for the end of these would keep from the client what is already there. */
    private static boolean isStream(Headers headers) {
        var type = headers.first("Content-Type").orElse("");
        return type.startsWith("text/event-stream") || type.contains("stream=watch");
    }

    private byte[] keep(AuditDraft draft, byte[] body) {
        if (body.length <= settings.maxBodyBytes()) {
            draft.answer().set(body);
        }
        return body;
    }

    private void record(Exchange exchange, AuditDraft draft, Reply.Completion completion) {
        var info = exchange.info();
        var request = exchange.request();
        var asked = new AuditEvent.Asked(
                info,
                verb(exchange, draft),
                name(exchange, draft),
                sources.of(request),
                request.header("User-Agent").orElse(""));
        var recordsBody = rules.recordsRequestBody(exchange);
        queue.offer(new AuditEvent(
                ids.uuid(),
                settings.level(),
                places.of(info),
                asked,
                exchange.user(),
                completion.status(),
                recordsBody ? draft.body() : new byte[0],
                draft.answer().get(),
                draft.received(),
                clock.instant(),
                remarks(exchange, completion)));
    }

    private Map<String, String> remarks(Exchange exchange, Reply.Completion completion) {
        var remarks = new HashMap<String, String>();
        if (rules.isMasked(exchange.info()) && settings.level().includes(AuditLevel.REQUEST)) {
            remarks.put(LEFT_OUT, "bodies may carry credentials");
        } else if (rules.leavesOutBody(exchange)) {
            remarks.put(LEFT_OUT, "the request's body is longer than " + settings.maxBodyBytes() + " bytes");
        } else if (completion.bytesSent() > settings.maxBodyBytes() && rules.recordsAnswerBody(exchange)) {
            remarks.put(LEFT_OUT, "the answer's body is longer than " + settings.maxBodyBytes() + " bytes");
        }
        return Map.copyOf(remarks);
    }

    /** Switching a user on or off is an update; its body tells which. */
    private static String verb(Exchange exchange, AuditDraft draft) {
        var verb = exchange.info().verb();
        if (!AuditRules.isUserUpdate(exchange.info())) {
            return verb;
        }
        return switch (text(draft.body(), "/status/state")) {
            case "Active" -> "enable";
            case "Disabled" -> "disable";
            default -> verb;
        };
    }

    private static String name(Exchange exchange, AuditDraft draft) {
        var info = exchange.info();
        return info.name().isEmpty() && info.verb().equals("create")
                ? text(draft.body(), "/metadata/name")
                : info.name();
    }

    private static String text(byte[] body, String pointer) {
        try {
            return body.length == 0 ? "" : Json.parse(body).at(pointer).asText("");
        } catch (ParseException e) {
            return "";
        }
    }
}
