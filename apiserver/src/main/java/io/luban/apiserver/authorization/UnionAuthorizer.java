package io.luban.apiserver.authorization;

import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.pipeline.User;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The first authorizer that allows wins; otherwise the reasons of all. */
public record UnionAuthorizer(List<Authorizer> authorizers) implements Authorizer {
    /** Asked in list order. */
    public UnionAuthorizer {
        authorizers = List.copyOf(authorizers);
    }

    @Override
    public Decision decide(User user, RequestInfo request) {
        var refusal = Decision.NO_OPINION;
        for (var authorizer : authorizers) {
            var decision = authorizer.decide(user, request);
            if (decision.allowed()) {
                return decision;
            }
            refusal = joined(refusal, decision);
        }
        return refusal;
    }

    private static Decision joined(Decision first, Decision second) {
        if (second.reason().isEmpty()) {
            return first;
        }
        var reason = Stream.of(first.reason(), second.reason())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("\n"));
        return Decision.refused(reason);
    }
}
