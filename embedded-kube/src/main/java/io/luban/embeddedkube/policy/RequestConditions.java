package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.policy.MatchConditions.UndecidedException;
import io.luban.embeddedkube.store.Store;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Judges the match conditions of webhooks; conditions are compiled once and kept while they are in use. */
public final class RequestConditions {
    private static final int MOST_KEPT = 1000;

    private final Store store;
    private final Authorizer authorizer;
    private final ExpressionSupport expressions;
    private final Map<JsonNode, MatchConditions> compiled = new ConcurrentHashMap<>();

    /** Conditions about requests to a store under the rights that hold there. */
    public RequestConditions(Store store, Authorizer authorizer, ExpressionSupport expressions) {
        this.store = store;
        this.authorizer = authorizer;
        this.expressions = expressions;
    }

    /** Whether all hold for a request in the version that is looked at; conditions that nothing evaluates hold. */
    public boolean hold(JsonNode conditions, AdmissionRequest request, AdmissionRequest asked)
            throws UndecidedException {
        if (conditions.isEmpty()) {
            return true;
        }
        var engine = expressions.engine();
        if (engine.isEmpty()) {
            return true;
        }
        if (compiled.size() > MOST_KEPT) {
            compiled.clear();
        }
        return compiled.computeIfAbsent(conditions, key -> MatchConditions.of(key, engine.get()))
                .hold(new RequestContext(request, asked, store, authorizer));
    }
}
