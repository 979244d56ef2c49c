package io.luban.apiserver.endpoint;

import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.User;
import io.luban.http.AnswerInspector;
import io.luban.http.ForwardTarget;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Upstream;
import io.luban.model.ApiException;
import io.luban.model.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns a request for an endpoint into a forward, after finding the address of a cluster service and cutting loops. */
public final class Forwarding {
    private static final String VIA = "Via";
    private static final String HERE = "1.1 kubesphere";
    private static final int MOST_HOPS = 5;
    private static final Pattern IDENTITY = Pattern.compile("(?i)x[-_]remote[-_](?:(?:user|uid|group)$|extra[-_])");
    private static final String NAME_PUNCTUATION = "!#$&'*+-.^_`|~";

    private final ServiceDirectory services;
    private final ServiceRoute route;
    private final Optional<ServiceProxy> proxy;
    private final Reachability reachability = new Reachability();

    /**
     * Finds services by the directory.
     *
     * @param proxy what stands in for services that cannot be reached, if the Kubernetes API has such
     */
    public Forwarding(ServiceDirectory services, ServiceRoute route, Optional<ServiceProxy> proxy) {
        this.services = services;
        this.route = route;
        this.proxy = proxy;
    }

    /**
     * What to send.
     *
     * @param rawPath percent-encoded path below the endpoint's own, {@code ""} for exactly that
     * @param timeout limit for the answer's head, zero for none
     * @param inspector decides what becomes of the answer
     */
    public record Outgoing(
            String method,
            String rawPath,
            String rawQuery,
            Headers headers,
            Duration timeout,
            AnswerInspector inspector) {
        /** The same with another eye on the answer. */
        public Outgoing with(AnswerInspector changed) {
            return new Outgoing(method, rawPath, rawQuery, headers, timeout, changed);
        }

        /** Path and query at the endpoint as they stand in a request line. */
        String target(String prefix, Endpoint endpoint) {
            var path = prefix + (rawPath.isEmpty() ? endpoint.path() : endpoint.prefix() + rawPath);
            var query = endpoint.queryWith(rawQuery);
            return (path.isEmpty() ? "/" : path) + (query.isEmpty() ? "" : "?" + query);
        }
    }

    /** Forwards to the endpoint; 503 when its service has no address, 508 when the request goes in circles. */
    public Reply to(Endpoint endpoint, Outgoing outgoing) {
        Headers headers;
        try {
            headers = marked(outgoing.headers());
        } catch (ApiException e) {
            return ErrorResponses.wrapped(e.status());
        }
        if (isReachedByName(endpoint)) {
            return forward(endpoint.upstream(), outgoing.target("", endpoint), headers, outgoing);
        }
        var service = endpoint.service().get();
        var address = services.resolve(service);
        if (address.isEmpty()) {
            return ErrorResponses.unavailable(service + " has no ready endpoint");
        }
        var found = address.get();
        if (!isProxied(found)) {
            var instance = endpoint.upstream().at(found.host(), found.port());
            return forward(instance, outgoing.target("", endpoint), headers, outgoing);
        }
        var between = proxy.get();
        return forward(
                between.upstream(),
                outgoing.target(between.path(service, endpoint.upstream().tls()), endpoint),
                between.headers(headers),
                outgoing);
    }

    private static Reply forward(Upstream upstream, String target, Headers headers, Outgoing outgoing) {
        return new Reply.Forward(new ForwardTarget(
                upstream,
                outgoing.method(),
                target,
                headers,
                outgoing.timeout(),
                new ProxyErrors(outgoing.inspector())));
    }

    private boolean isReachedByName(Endpoint endpoint) {
        return route == ServiceRoute.DNS || endpoint.service().isEmpty();
    }

    private boolean isProxied(ServiceDirectory.Address address) {
        return switch (route) {
            case PROXY -> proxy.isPresent();
            case AUTO -> proxy.isPresent() && !reachability.reaches(address);
            case API, DNS -> false;
        };
    }

    /**
     * A server and how to ask it, for calls on the gateway's own account.
     *
     * @param prefix percent-encoded path that stands before that of the endpoint
     */
    public record Way(Upstream upstream, String prefix, Headers headers) {}

    /** The way to an endpoint as it is found now; empty when its service has no ready instance. */
    public Optional<Way> way(Endpoint endpoint, Headers headers) {
        if (isReachedByName(endpoint)) {
            return Optional.of(new Way(endpoint.upstream(), "", headers));
        }
        var service = endpoint.service().get();
        return services.resolve(service).map(address -> {
            if (!isProxied(address)) {
                return new Way(endpoint.upstream().at(address.host(), address.port()), "", headers);
            }
            var between = proxy.get();
            return new Way(
                    between.upstream(),
                    between.path(service, endpoint.upstream().tls()),
                    between.headers(headers));
        });
    }

    private static boolean isHere(String value) {
        return value.equals(HERE);
    }

    /** Notes that a request passes here; 508 instead when it did so too often, which means that it goes in circles. */
    public static Headers marked(Headers headers) {
        long hops = !headers.contains(VIA)
                ? 0
                : headers.all(VIA).stream()
                        .flatMap(value -> Arrays.stream(value.split(",", -1)))
                        .map(String::strip)
                        .filter(Forwarding::isHere)
                        .count();
        if (hops >= MOST_HOPS) {
            throw new ApiException(Status.of(508, "LoopDetected", "the request is forwarded in circles"));
        }
        return headers.plus(VIA, HERE);
    }

    /** The same in the place of fields of these names that came in since. */
    public static Headers withIdentityAlone(Headers headers, User user) {
        var kept = Headers.builder();
        headers.forEach((name, value) -> {
            if (!IDENTITY.matcher(name).lookingAt()) {
                kept.add(name, value);
            }
        });
        return withIdentity(kept.build(), user);
    }

    /** The fields that tell a backend who asks. The request's own were removed when it came in. */
    public static Headers withIdentity(Headers headers, User user) {
        var builder = headers.toBuilder().add("X-Remote-User", user.name());
        if (!user.uid().isEmpty()) {
            builder.add("X-Remote-Uid", user.uid());
        }
        user.groups().forEach(group -> builder.add("X-Remote-Group", group));
        user.extra().forEach((key, values) -> {
            var name = "X-Remote-Extra-" + headerName(key);
            values.forEach(value -> builder.add(name, value));
        });
        return builder.build();
    }

    /** A key as part of a field name: bytes that are not legal there are percent-encoded. */
    public static String headerName(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (!isLegal(key.charAt(i))) {
                return escaped(key);
            }
        }
        return key;
    }

    private static boolean isLegal(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || NAME_PUNCTUATION.indexOf(c) >= 0;
    }

    private static String escaped(String key) {
        var name = new StringBuilder(key.length());
        for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (isLegal(c)) {
                name.append(c);
            } else {
                name.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return name.toString();
    }
}
