package io.luban.kubecel;

import io.luban.embeddedkube.expression.EvaluationException;
import io.luban.embeddedkube.expression.Value;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;

/** Results of other expressions as members; each is computed when it is asked for. */
final class ResultMap extends AbstractMap<String, Object> {
    private final Value.Source source;

    ResultMap(Value.Source source) {
        this.source = source;
    }

    /** Carries the failure of a member through the evaluation of whoever asked for it. */
    static final class MemberFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient EvaluationException failure;

        MemberFailure(EvaluationException failure) {
            super(failure.text(), failure);
            this.failure = failure;
        }

        EvaluationException failure() {
            return failure;
        }
    }

    @Override
    public boolean containsKey(Object key) {
        return key instanceof String;
    }

    @Override
    public Object get(Object key) {
        try {
            return source.result((String) key);
        } catch (EvaluationException e) {
            throw new MemberFailure(e);
        }
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        return Set.of();
    }
}
