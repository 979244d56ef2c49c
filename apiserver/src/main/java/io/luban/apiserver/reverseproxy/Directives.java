package io.luban.apiserver.reverseproxy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.http.Headers;
import io.luban.http.Reply;
import java.util.List;
import java.util.Optional;

/**
 * What a ReverseProxy does to requests and answers.
 *
 * @param requests changes of the request in order
 * @param answers changes of the answer's header fields in order
 * @param redirects paths that are answered with another address instead of being forwarded
 * @param ignored what makes no sense and is therefore left out, for the author to read
 * @param authProxy whether the backend is told who asks
 */
record Directives(
        List<Directive> requests,
        List<HeaderEdit> answers,
        List<Redirect> redirects,
        boolean authProxy,
        boolean wrapTransport,
        boolean rejectForwardingRedirects,
        List<String> ignored) {
    Directives {
        requests = List.copyOf(requests);
        answers = List.copyOf(answers);
        redirects = List.copyOf(redirects);
        ignored = List.copyOf(ignored);
    }

    /** Reads the directives of a spec in its current form and in the early one. Entries that make no sense are left out. */
    static Directives from(JsonNode spec, Placeholders placeholders) {
        return new DirectivesReader(placeholders).read(spec);
    }

    /** The answer to a request that is to be sent elsewhere. */
    Optional<Reply> redirectFor(Outbound request) {
        for (var redirect : redirects) {
            if (redirect.matches(request)) {
                return Optional.of(redirect.reply(request));
            }
        }
        return Optional.empty();
    }

    Outbound applyTo(Outbound request) {
        var changed = request;
        for (var directive : requests) {
            changed = directive.apply(changed);
        }
        // only now: what one rule cuts from the front, the next one may put back
        return changed.rooted();
    }

    Headers applyToAnswer(Headers headers) {
        var changed = headers;
        for (var edit : answers) {
            changed = edit.apply(changed);
        }
        return changed;
    }
}
