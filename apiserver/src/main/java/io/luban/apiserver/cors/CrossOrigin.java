package io.luban.apiserver.cors;

import io.luban.http.FastPath;
import io.luban.http.Handler;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Stands before the pipeline: answers preflight requests, which carry no credentials, and adds to answers what lets a
 * browser hand them to a script of an allowed origin. Without configured origins requests pass untouched.
 */
public final class CrossOrigin<P extends FastPath & Handler> implements FastPath, Handler {
    private static final String ANY = "*";
    private static final String PREFIX = "Access-Control-";
    private static final String ORIGIN = "Origin";
    private static final String VARY = "Vary";
    private static final String METHODS = "GET,POST,PUT,PATCH,DELETE,OPTIONS";
    private static final String HEADERS = "Authorization,Content-Type";
    private static final String MAX_AGE_SECONDS = "600";

    private final P inner;
    private volatile Set<String> allowed;

    /** Lets scripts of these origins in; {@code *} is any, without credentials. */
    public CrossOrigin(List<String> allowedOrigins, P inner) {
        this.inner = inner;
        allowed = known(allowedOrigins);
    }

    /** Lets scripts of other origins in from now on. */
    public void allow(List<String> allowedOrigins) {
        allowed = known(allowedOrigins);
    }

    /** Browsers write schemes and hosts in small letters, however they are configured. */
    private static Set<String> known(List<String> origins) {
        return origins.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Optional<Reply> attempt(Request request) {
        if (allowed.isEmpty()) {
            return inner.attempt(request);
        }
        var grant = grant(request);
        if (grant.isPresent() && isPreflight(request)) {
            return Optional.of(preflight(request, grant.get()));
        }
        return inner.attempt(request).map(reply -> answered(reply, grant));
    }

    @Override
    public Reply handle(Request request) {
        return answered(inner.handle(request), grant(request));
    }

    private Reply answered(Reply reply, Optional<Headers> grant) {
        if (grant.isPresent()) {
            return granted(reply, grant.get());
        }
        return isByOrigin() ? new Reply.Edited(reply, headers -> headers.plus(VARY, ORIGIN)) : reply;
    }

    /** Whether one origin gets another answer than the next, which caches have to know of each answer. */
    private boolean isByOrigin() {
        return allowed.stream().anyMatch(origin -> !origin.equals(ANY));
    }

    /** What the answer has to say to the request's origin; nothing when there is none or it is not allowed. */
    private Optional<Headers> grant(Request request) {
        var origins = allowed;
        if (origins.isEmpty()) {
            return Optional.empty();
        }
        var wildcard = isByOrigin()
                ? Headers.of(PREFIX + "Allow-Origin", ANY, VARY, ORIGIN)
                : Headers.of(PREFIX + "Allow-Origin", ANY);
        return request.header(ORIGIN).flatMap(origin -> {
            if (origins.contains(origin.toLowerCase(Locale.ROOT))) {
                return Optional.of(Headers.of(
                        PREFIX + "Allow-Origin", origin, PREFIX + "Allow-Credentials", "true", VARY, ORIGIN));
            }
            return origins.contains(ANY) ? Optional.of(wildcard) : Optional.empty();
        });
    }

    private static boolean isPreflight(Request request) {
        return request.method().equals("OPTIONS") && request.headers().contains(PREFIX + "Request-Method");
    }

    private static Reply preflight(Request request, Headers grant) {
        var headers = grant.with(PREFIX + "Allow-Methods", METHODS)
                .with(PREFIX + "Allow-Headers", allowedHeaders(request))
                .with(PREFIX + "Max-Age", MAX_AGE_SECONDS);
        return new Reply.Content(204, headers, new byte[0]);
    }

    /** The usual ones and every asked one that begins with {@code X-}: the protocol has no wildcard within names. */
    private static String allowedHeaders(Request request) {
        var names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(Arrays.asList(HEADERS.split(",", -1)));
        Arrays.stream(request.header(PREFIX + "Request-Headers").orElse("").split(",", -1))
                .map(String::strip)
                .filter(name -> name.toLowerCase(Locale.ROOT).matches("x-[a-z0-9-]{1,100}"))
                .limit(50)
                .forEach(names::add);
        return String.join(",", names);
    }

    /** What a backend says of origins does not hold here. */
    private static Reply granted(Reply reply, Headers grant) {
        return new Reply.Edited(reply, headers -> {
            var edited = headers.withoutPrefix(PREFIX).toBuilder();
            grant.forEach(edited::add);
            return edited.build();
        });
    }
}
