package io.luban.apiserver.jsbundle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.luban.http.AnswerInspector;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Remote bundles by their upstream's {@code ETag}: the upstream is asked each time whether what is known is still right, and
 * sends megabytes only when it is not. Bounded in memory; what has no strong validator or is too large is passed on only.
 */
final class RemoteCache {
    private static final int LARGEST = 8 * 1024 * 1024;
    private static final long MOST_BYTES = 64L * 1024 * 1024;
    private static final Duration KEPT = Duration.ofHours(1);
    private static final String ETAG = "ETag";
    private static final String IF_NONE_MATCH = "If-None-Match";

    /** One representation; {@code coding} is what the client accepts, by which upstreams choose. */
    private record Key(BundleSource source, String query, String coding) {}

    /** What the upstream answered; its type is up to the link that is asked for, as several may name one source. */
    private record Known(String tag, Headers headers, byte[] body) {}

    private final Cache<Key, Known> known = Caffeine.newBuilder()
            .expireAfterAccess(KEPT)
            .maximumWeight(MOST_BYTES)
            .weigher((Key key, Known content) -> content.body.length + 1000)
            .build();

    /** One request for a remote file, and what is to become of its answer. */
    final class Visit implements AnswerInspector {
        private final Optional<Key> key;
        private final Optional<Known> before;
        private final String held;
        private final UnaryOperator<Headers> typed;

        private Visit(Optional<Key> key, String held, UnaryOperator<Headers> typed) {
            this.key = key;
            this.before = key.flatMap(name -> Optional.ofNullable(known.getIfPresent(name)));
            this.held = held;
            this.typed = typed;
        }

        /** The fields to ask the upstream with. */
        Headers asking(Headers own) {
            return before.isEmpty() ? own : own.without("If-Modified-Since").with(IF_NONE_MATCH, before.get().tag);
        }

        @Override
        public Verdict inspect(int status, Headers headers) {
            if (status == 304 && before.isPresent() && !holds(before.get().tag)) {
                return new Verdict.Replace(
                        new Reply.Content(200, typed.apply(before.get().headers), before.get().body));
            }
            if (status >= 300) {
                // caches take over what an answer without content says of the content they have
                boolean isAboutContent = status == 304 && headers.contains("Content-Type");
                return new Verdict.Pass(isAboutContent ? typed.apply(headers) : headers);
            }
            var edited = typed.apply(headers);
            if (status != 200 || key.isEmpty() || !isWorthKeeping(headers)) {
                return new Verdict.Pass(edited);
            }
            var tag = headers.first(ETAG).orElse("");
            return new Verdict.Rewrite(edited, LARGEST, body -> {
                known.put(key.get(), new Known(tag, headers.without("Content-Length"), body));
                return body;
            });
        }

        private boolean holds(String tag) {
            return held.equals("*") || held.contains(tag);
        }
    }

    /**
     * A visit to the source of an asset.
     *
     * @param typed the fields of a good answer as clients get them
     */
    Visit visit(Asset asset, Request request, UnaryOperator<Headers> typed) {
        boolean plain =
                request.method().equals("GET") && request.header("Range").isEmpty();
        var coding = request.header("Accept-Encoding").orElse("");
        var key = plain ? Optional.of(new Key(asset.source(), request.rawQuery(), coding)) : Optional.<Key>empty();
        return new Visit(key, request.header(IF_NONE_MATCH).orElse(""), typed);
    }

    /** Only what its upstream names exactly and lets be kept, and what a body of known length cannot make too large. */
    private static boolean isWorthKeeping(Headers headers) {
        var tag = headers.first(ETAG).orElse("");
        var length = headers.first("Content-Length").orElse("");
        return tag.startsWith("\"")
                && !headers.first("Cache-Control").orElse("").contains("no-store")
                && !headers.contains("Set-Cookie")
                && length.matches("\\d{1,7}")
                && Integer.parseInt(length) <= LARGEST;
    }
}
