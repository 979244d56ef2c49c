package io.luban.apiserver.extension;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * Keeps objects of a kind serving in their last good form when a change breaks them, and has it said in their status. A
 * condition appears once there is something to say; it is then kept true.
 *
 * @param <T> a compiled object
 */
public final class Verdicts<T> {
    private final String kind;
    private final ConditionWriter writer;
    private final Function<T, Definition> definition;
    private final Function<T, ObjectCondition> judgement;
    private final BinaryOperator<T> fallback;
    private final Map<String, T> lastGood = new HashMap<>();

    /**
     * Knows no object yet.
     *
     * @param judgement what the {@code Accepted} condition of an object should say
     * @param fallback a broken object and its last good form, as one that serves
     */
    public Verdicts(
            String kind,
            ConditionWriter writer,
            Function<T, Definition> definition,
            Function<T, ObjectCondition> judgement,
            BinaryOperator<T> fallback) {
        this.kind = kind;
        this.writer = writer;
        this.definition = definition;
        this.judgement = judgement;
        this.fallback = fallback;
    }

    /**
     * The objects as they are to be served. Called by one thread at a time.
     *
     * @param conflicts what objects lose to others among those that are served, by the names of the losers
     */
    public List<T> settle(List<T> compiled, Function<List<T>, Map<String, ObjectCondition>> conflicts) {
        var names = new HashSet<String>();
        compiled.forEach(object -> names.add(definition.apply(object).name()));
        lastGood.keySet().retainAll(names);
        var serving = compiled.stream().map(this::serving).toList();
        var lost = conflicts.apply(serving);
        compiled.forEach(object -> report(object, lost));
        return serving;
    }

    private void report(T object, Map<String, ObjectCondition> lost) {
        var own = definition.apply(object);
        var verdict = judgement.apply(object);
        var conflict = lost.get(own.name());
        if (verdict.holds() && conflict != null) {
            verdict = verdict.and(conflict);
        }
        var known = own.accepted();
        boolean worthSaying = known.isPresent() || !verdict.equals(ObjectCondition.accepted());
        if (worthSaying && !known.equals(Optional.of(verdict))) {
            writer.report(kind, own, List.of(verdict));
        }
    }

    private T serving(T object) {
        var name = definition.apply(object).name();
        if (judgement.apply(object).holds()) {
            lastGood.put(name, object);
            return object;
        }
        var good = lastGood.get(name);
        return good == null ? object : fallback.apply(object, good);
    }
}
