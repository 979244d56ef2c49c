package io.luban.console;

import io.luban.http.Request;

/** Where a path of the console leads. */
sealed interface Route {
    /** What of the caller goes along. */
    enum Identity {
        /** The token of the request or of its cookie. */
        CALLER,
        /** The same, for a backend that may have cookies of its own. */
        CALLER_WITH_COOKIES,
        /** Nothing: what is there for everybody is asked for as nobody. */
        NOBODY
    }

    /** To the gateway, under another path where they differ. */
    record Gateway(String rawPath, Identity identity, Answers answers) implements Route {
        Gateway(String rawPath, Identity identity) {
            this(rawPath, identity, Answers.AS_THEY_ARE);
        }

        /** Path with the query as the client sent it. */
        String target(Request request) {
            var query = request.rawQuery();
            return query.isEmpty() ? rawPath : rawPath + "?" + query;
        }
    }

    /** How answers of the gateway are changed on the way. */
    enum Answers {
        AS_THEY_ARE,
        /** Bundles may be kept for ever by whoever named their revision. */
        BUNDLE,
        /** Pictures of the theme that are kept as text. */
        THEME
    }

    /** A page or answer of the console's own. */
    record Own() implements Route {}
}
