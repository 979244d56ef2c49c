package io.luban.apiserver.audit;

import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import java.time.Clock;

/** Notes requests that were let through, with their bodies where the level asks for them. Never answers. */
public final class AuditFilter implements Stage {
    private final Clock clock;
    private volatile AuditRules rules;

    /** Notes what the settings ask for. */
    public AuditFilter(AuditSettings settings, Clock clock) {
        this.clock = clock;
        rules = new AuditRules(settings);
    }

    void use(AuditSettings settings) {
        rules = new AuditRules(settings);
    }

    @Override
    public Step attempt(Exchange exchange) {
        var now = rules;
        if (!now.records(exchange)) {
            return Step.next(exchange);
        }
        return now.readsBody(exchange) ? Step.blocked() : Step.next(noted(exchange, new byte[0]));
    }

    @Override
    public Step perform(Exchange exchange) {
        var received = clock.instant();
        var body = exchange.request().body(rules.longestBody());
        var draft = AuditDraft.at(received, body);
        return Step.next(exchange.with(exchange.request().with(AuditDraft.ATTRIBUTE, draft)));
    }

    private Exchange noted(Exchange exchange, byte[] body) {
        var draft = AuditDraft.at(clock.instant(), body);
        return exchange.with(exchange.request().with(AuditDraft.ATTRIBUTE, draft));
    }
}
