package io.luban.embeddedkube.watch;

import io.luban.embeddedkube.watch.ListOptions.Match;
import io.luban.embeddedkube.watch.ListOptions.Selectors;
import io.luban.embeddedkube.watch.ListOptions.WatchFlags;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.FieldSelector;
import io.luban.model.LabelSelector;
import io.luban.model.ParseException;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads and checks {@link ListOptions}; the rules and words are those of Kubernetes. */
final class OptionsParser {
    private static final String MATCH = "resourceVersionMatch";

    private final Request request;
    private final List<StatusCause> causes = new ArrayList<>();

    OptionsParser(Request request) {
        this.request = request;
    }

    ListOptions parse(boolean isWatch) {
        var flags = new WatchFlags(
                isWatch,
                ListOptions.isTrue(request.query("allowWatchBookmarks")),
                request.query("sendInitialEvents").map(value -> ListOptions.isTrue(Optional.of(value))));
        var token = request.query("continue").orElse("");
        var match = match();
        if (isWatch) {
            checkWatch(match, flags);
        } else {
            checkList(match, flags, token);
        }
        if (!causes.isEmpty()) {
            throw ApiException.invalid("meta.k8s.io", "ListOptions", "", causes);
        }
        return new ListOptions(limit(), token, revision(), match, selectors(), timeout(), flags);
    }

    private Match match() {
        return switch (request.query(MATCH).orElse("")) {
            case "" -> Match.UNSET;
            case "Exact" -> Match.EXACT;
            case "NotOlderThan" -> Match.NOT_OLDER_THAN;
            case String other -> {
                causes.add(StatusCause.notSupported(MATCH, other, List.of("Exact", "NotOlderThan", "")));
                yield Match.UNSET;
            }
        };
    }

    private void checkList(Match match, WatchFlags flags, String token) {
        if (flags.sendInitialEvents().isPresent()) {
            causes.add(StatusCause.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        if (match == Match.UNSET) {
            return;
        }
        if (version().isEmpty()) {
            causes.add(StatusCause.forbidden(
                    MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        }
        if (!token.isEmpty()) {
            causes.add(StatusCause.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
        }
        if (match == Match.EXACT && version().equals("0")) {
            causes.add(StatusCause.forbidden(
                    MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        }
    }

    private void checkWatch(Match match, WatchFlags flags) {
        if (flags.sendInitialEvents().isPresent()) {
            if (match != Match.NOT_OLDER_THAN) {
                causes.add(StatusCause.forbidden(
                        MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
            }
        } else if (match != Match.UNSET) {
            causes.add(StatusCause.forbidden(
                    MATCH, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        }
    }

    private String version() {
        return request.query("resourceVersion").orElse("");
    }

    private OptionalLong revision() {
        var text = version();
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long revision = Long.parseLong(text);
            if (revision >= 0) {
                return OptionalLong.of(revision);
            }
        } catch (NumberFormatException e) {
            // Answered below together with negative numbers.
        }
        throw ApiException.badRequest("resourceVersion: Invalid value: \"%s\": strconv.ParseUint: parsing \"%s\": %s"
                .formatted(text, text, "invalid syntax"));
    }

    private long limit() {
        long limit = number("limit").orElse(0);
        if (limit < 0) {
            throw ApiException.badRequest("limit: Invalid value: %d: must not be negative".formatted(limit));
        }
        return limit;
    }

    private OptionalLong timeout() {
        return number("timeoutSeconds");
    }

    private OptionalLong number(String parameter) {
        var text = request.query(parameter).orElse("");
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"%s\": invalid syntax".formatted(text));
        }
    }

    private Selectors selectors() {
        try {
            return new Selectors(
                    request.query("labelSelector").map(LabelSelector::parse).orElse(LabelSelector.EVERYTHING),
                    request.query("fieldSelector").map(FieldSelector::parse).orElse(FieldSelector.EVERYTHING));
        } catch (ParseException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
