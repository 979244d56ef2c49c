package io.luban.apiserver.reverseproxy;

import com.google.re2j.Pattern;

/** One change of a request, applied in the order in which {@link Directives} lists them. */
sealed interface Directive {
    /** The changed request. */
    Outbound apply(Outbound request);

    /** Sends another method. */
    record Method(String method) implements Directive {
        @Override
        public Outbound apply(Outbound request) {
            return request.withMethod(method);
        }
    }

    /** Removes text from the beginning of the decoded path, once. */
    record StripPathPrefix(String prefix) implements Directive {
        @Override
        public Outbound apply(Outbound request) {
            return EscapedPath.of(request.path())
                    .withoutPrefix(prefix)
                    .map(rest -> request.withPath(rest).rooted())
                    .orElse(request);
        }
    }

    /** Removes text from the end of the decoded path, once. */
    record StripPathSuffix(String suffix) implements Directive {
        @Override
        public Outbound apply(Outbound request) {
            return EscapedPath.of(request.path())
                    .withoutSuffix(suffix)
                    .map(request::withPath)
                    .orElse(request);
        }
    }

    /** Changes a header field. */
    record HeaderUp(HeaderEdit edit) implements Directive {
        @Override
        public Outbound apply(Outbound request) {
            return request.with(edit.apply(request.headers()));
        }
    }

    /** Replaces path, query or both when the path fits. */
    record Rewrite(PathPattern pattern, RewriteTarget target, Placeholders placeholders) implements Directive {
        @Override
        public Outbound apply(Outbound request) {
            return pattern.matches(request.path()) ? target.apply(request, placeholders) : request;
        }
    }

    /** Replaces text wherever it stands in path and query. */
    record Replace(String find, String replacement) implements Directive {
        @Override
        public Outbound apply(Outbound request) {
            var path = find.contains("//") ? request.path() : EscapedPath.merged(request.path());
            var changed = EscapedPath.escape(path.replace(find, replacement));
            return request.withTarget(changed, request.query().replace(find, replacement));
        }
    }

    /** Replaces what a regular expression finds in the encoded path. */
    record PathRegexp(Pattern pattern, String replacement) implements Directive {
        @Override
        public Outbound apply(Outbound request) {
            var changed = RegexTemplate.replaceAll(pattern, request.path(), replacement);
            return request.withPath(EscapedPath.escape(changed));
        }
    }
}
