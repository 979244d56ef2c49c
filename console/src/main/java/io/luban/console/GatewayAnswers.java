package io.luban.console;

import io.luban.http.AnswerInspector;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Status;

/** An answer of the gateway on its way to the browser; failures on the way become a plain Status. */
@FunctionalInterface
interface GatewayAnswers extends AnswerInspector {
    /** Everything as it is. */
    GatewayAnswers UNCHANGED = (status, headers) -> new Verdict.Pass(headers);

    /** Pictures of the theme are drawings that the gateway may call text. */
    GatewayAnswers THEME = (status, headers) -> {
        boolean isText = headers.first("Content-Type").orElse("").startsWith("text/");
        return new Verdict.Pass(status == 200 && isText ? headers.with("Content-Type", "image/svg+xml") : headers);
    };

    /** A bundle whose revision is not part of its address has to be asked for each time. */
    GatewayAnswers BUNDLE = (status, headers) -> new Verdict.Pass(headers.with("Cache-Control", "no-cache"));

    /** A bundle of one revision never changes. */
    GatewayAnswers BUNDLE_OF_ONE_REVISION = (status, headers) -> {
        boolean isUsable = status == 200 || status == 206 || status == 304;
        return isUsable
                ? new Verdict.Pass(headers.with("Cache-Control", "max-age=31536000, immutable"))
                : BUNDLE.inspect(status, headers);
    };

    static GatewayAnswers of(Route.Answers answers, Request request) {
        return switch (answers) {
            case AS_THEY_ARE -> UNCHANGED;
            case THEME -> THEME;
            case BUNDLE -> request.query("resourceVersion").isPresent() ? BUNDLE_OF_ONE_REVISION : BUNDLE;
        };
    }

    @Override
    default Reply.Content failed(Status status) {
        return (Reply.Content) Reply.of(status);
    }
}
