package io.luban.apiserver.reverseproxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.luban.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a ReverseProxy does to requests and answers.
 *
 * @param requests changes of the request in order
 * @param answers changes of the answer's header fields in order
 * @param authProxy whether the backend is told who asks
 */
record Directives(
        List<Directive> requests,
        List<HeaderEdit> answers,
        boolean authProxy,
        boolean wrapTransport,
        boolean rejectForwardingRedirects) {
    private static final int LONGEST_REGEX = 1024;

    Directives {
        requests = List.copyOf(requests);
        answers = List.copyOf(answers);
    }

    /** Reads the directives of a spec in its current form and in the early one. Entries that make no sense are left out. */
    static Directives from(JsonNode spec, Placeholders placeholders) {
        var json = spec.path("directives");
        var requests = new ArrayList<Directive>();
        text(json, "method").map(Directive.Method::new).ifPresent(requests::add);
        text(json, "stripPathPrefix").map(Directive.StripPathPrefix::new).ifPresent(requests::add);
        text(json, "stripPathSuffix").map(Directive.StripPathSuffix::new).ifPresent(requests::add);
        headerEdits(spec.path("header").path("up"), json.path("headerUp"))
                .forEach(edit -> requests.add(new Directive.HeaderUp(edit)));
        spec.path("rewrite")
                .forEach(rule -> rewrite(rule.asText(), placeholders).ifPresent(requests::add));
        json.path("rewrite")
                .forEach(rule -> rewrite(rule.asText(), placeholders).ifPresent(requests::add));
        json.path("replace").forEach(rule -> replace(rule.asText()).ifPresent(requests::add));
        json.path("pathRegexp").forEach(rule -> pathRegexp(rule.asText()).ifPresent(requests::add));
        return new Directives(
                requests,
                headerEdits(spec.path("header").path("down"), json.path("headerDown")),
                json.path("authProxy").asBoolean(false),
                json.path("wrapTransport").asBoolean(false),
                json.path("rejectForwardingRedirects").asBoolean(false));
    }

    private static Optional<String> text(JsonNode json, String member) {
        return Optional.of(json.path(member).asText("")).filter(value -> !value.isEmpty());
    }

    private static List<HeaderEdit> headerEdits(JsonNode early, JsonNode current) {
        var edits = new ArrayList<HeaderEdit>();
        early.forEach(entry -> HeaderEdit.parse(entry.asText()).ifPresent(edits::add));
        current.forEach(entry -> HeaderEdit.parse(entry.asText()).ifPresent(edits::add));
        return edits;
    }

    private static Optional<Directive> rewrite(String rule, Placeholders placeholders) {
        var words = rule.split(" ", -1);
        return words.length < 2
                ? Optional.empty()
                : Optional.of(
                        new Directive.Rewrite(PathPattern.of(words[0]), RewriteTarget.parse(words[1]), placeholders));
    }

    private static Optional<Directive> replace(String rule) {
        var words = rule.split(" ", -1);
        return words.length < 2 || words[0].isEmpty()
                ? Optional.empty()
                : Optional.of(new Directive.Replace(words[0], words[1]));
    }

    private static Optional<Directive> pathRegexp(String rule) {
        var words = rule.split(" ", -1);
        if (words.length < 2 || words[0].length() > LONGEST_REGEX) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Directive.PathRegexp(Pattern.compile(words[0]), words[1]));
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    Outbound applyTo(Outbound request) {
        var changed = request;
        for (var directive : requests) {
            changed = directive.apply(changed);
        }
        return changed;
    }

    Headers applyToAnswer(Headers headers) {
        var changed = headers;
        for (var edit : answers) {
            changed = edit.apply(changed);
        }
        return changed;
    }
}
