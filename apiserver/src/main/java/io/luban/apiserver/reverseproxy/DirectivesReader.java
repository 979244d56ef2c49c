package io.luban.apiserver.reverseproxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.luban.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Reads the directives of one object and notes what it has to leave out. */
final class DirectivesReader {
    /** Longest expression that is compiled. */
    static final int LONGEST_REGEX = 1024;

    private static final Set<String> KNOWN = Set.of(
            "method",
            "stripPathPrefix",
            "stripPathSuffix",
            "headerUp",
            "headerDown",
            "rewrite",
            "replace",
            "pathRegexp",
            "redirect",
            "authProxy",
            "wrapTransport",
            "rejectForwardingRedirects");

    private final Placeholders placeholders;
    private final List<String> ignored = new ArrayList<>();

    DirectivesReader(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    Directives read(JsonNode spec) {
        var json = spec.path("directives");
        json.fieldNames().forEachRemaining(name -> {
            if (!KNOWN.contains(name)) {
                ignored.add("spec.directives.%s is not known".formatted(name));
            }
        });
        var requests = requests(spec, json);
        var answers = new ArrayList<HeaderEdit>();
        headers(spec.path("header").path("down"), "spec.header.down", answers);
        headers(json.path("headerDown"), "spec.directives.headerDown", answers);
        var redirects = new ArrayList<Redirect>();
        entries(json.path("redirect"), "spec.directives.redirect", this::redirect, redirects);
        return new Directives(
                requests,
                answers,
                redirects,
                json.path("authProxy").asBoolean(false),
                json.path("wrapTransport").asBoolean(false),
                json.path("rejectForwardingRedirects").asBoolean(false),
                ignored);
    }

    private List<Directive> requests(JsonNode spec, JsonNode json) {
        var requests = new ArrayList<Directive>();
        method(json).ifPresent(requests::add);
        text(json, "stripPathPrefix").map(Directive.StripPathPrefix::new).ifPresent(requests::add);
        text(json, "stripPathSuffix").map(Directive.StripPathSuffix::new).ifPresent(requests::add);
        var edits = new ArrayList<HeaderEdit>();
        headers(spec.path("header").path("up"), "spec.header.up", edits);
        headers(json.path("headerUp"), "spec.directives.headerUp", edits);
        edits.forEach(edit -> requests.add(new Directive.HeaderUp(edit)));
        entries(spec.path("rewrite"), "spec.rewrite", this::rewrite, requests);
        entries(json.path("rewrite"), "spec.directives.rewrite", this::rewrite, requests);
        entries(json.path("replace"), "spec.directives.replace", DirectivesReader::replace, requests);
        entries(json.path("pathRegexp"), "spec.directives.pathRegexp", this::pathRegexp, requests);
        return requests;
    }

    private Optional<Directive> method(JsonNode json) {
        var method = text(json, "method");
        if (method.isPresent() && !Headers.isField(method.get(), "")) {
            ignored.add("spec.directives.method \"%s\" is ignored".formatted(method.get()));
            return Optional.empty();
        }
        return method.map(name -> name.toUpperCase(Locale.ROOT)).map(Directive.Method::new);
    }

    private static Optional<String> text(JsonNode json, String member) {
        return Optional.of(json.path(member).asText("")).filter(value -> !value.isEmpty());
    }

    private void headers(JsonNode list, String field, List<HeaderEdit> into) {
        entries(list, field, (entry, where) -> HeaderEdit.parse(entry), into);
    }

    private <T> void entries(
            JsonNode list, String field, BiFunction<String, String, Optional<? extends T>> read, List<T> into) {
        int index = 0;
        for (var item : list) {
            var where = "%s[%d]".formatted(field, index++);
            var entry = read.apply(item.asText(), where);
            if (entry.isPresent()) {
                into.add(entry.get());
            } else {
                ignored.add("%s \"%s\" is ignored".formatted(where, item.asText()));
            }
        }
    }

    private Optional<Directive> rewrite(String rule, String where) {
        var words = rule.split(" ", -1);
        return words.length < 2
                ? Optional.empty()
                : Optional.of(
                        new Directive.Rewrite(PathPattern.of(words[0]), RewriteTarget.parse(words[1]), placeholders));
    }

    private static Optional<Directive> replace(String rule, String where) {
        var words = rule.split(" ", -1);
        return words.length < 2 || words[0].isEmpty()
                ? Optional.empty()
                : Optional.of(new Directive.Replace(words[0], words[1]));
    }

    private Optional<Directive> pathRegexp(String rule, String where) {
        var words = rule.split(" ", -1);
        if (words.length < 2 || words[0].length() > LONGEST_REGEX) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Directive.PathRegexp(Pattern.compile(words[0]), words[1]));
        } catch (PatternSyntaxException e) {
            ignored.add("%s: %s".formatted(where, e.getDescription()));
            return Optional.empty();
        }
    }

    private Optional<Redirect> redirect(String rule, String where) {
        var words = rule.split(" ", -1);
        if (words.length < 2 || words[1].isEmpty()) {
            return Optional.empty();
        }
        int code = words.length < 3 ? Redirect.USUAL_CODE : code(words[2]);
        return Redirect.CODES.contains(code)
                ? Optional.of(new Redirect(PathPattern.of(words[0]), words[1], code, placeholders))
                : Optional.empty();
    }

    private static int code(String text) {
        return text.matches("\\d{3}") ? Integer.parseInt(text) : 0;
    }
}
