package io.luban.apiserver.reverseproxy;

import io.luban.apiserver.endpoint.Forwarding;
import io.luban.apiserver.extension.ConditionWriter;
import io.luban.apiserver.extension.ExtensionObjects;
import io.luban.apiserver.extension.Verdicts;
import io.luban.apiserver.health.FirstListing;
import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.apiserver.resilience.Guards;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.RequestPath;
import io.luban.kube.KubeRest;
import java.time.Clock;
import java.util.List;

/**
 * Forwards paths below the proxy prefixes to the backends that ReverseProxy objects name. Runs after authorization: a path
 * is open only to roles that list it. Answers 503 when the matching object is switched off or its endpoint cannot be used;
 * what matches nothing goes on.
 */
public final class ReverseProxyFilter implements Stage, AutoCloseable {
    private final Guards guards;
    private final Verdicts<ProxyRule> verdicts;
    private final List<String> prefixes;
    private final ExtensionObjects<ProxyRule> objects;
    private volatile ProxyTable table = ProxyTable.EMPTY;

    /** Follows the ReverseProxies and looks at paths that begin with one of the prefixes. */
    public ReverseProxyFilter(
            KubeRest kube, Guards guards, ConditionWriter conditions, List<String> prefixes, Clock clock) {
        this.guards = guards;
        this.prefixes = List.copyOf(prefixes);
        verdicts = new Verdicts<>(
                ProxyRule.KIND, conditions, ProxyRule::definition, ProxyRule::verdict, ProxyRule::serving);
        var placeholders = new Placeholders(clock);
        objects = new ExtensionObjects<>(
                kube,
                "reverseproxies",
                object -> ProxyRule.compile(object, placeholders, this.prefixes),
                this::publish);
    }

    private void publish(List<ProxyRule> compiled) {
        var rules = verdicts.settle(compiled, ProxyTable::conflicts);
        guards.retain(
                ProxyRule.KIND,
                rules.stream().flatMap(rule -> rule.backend().stream()).toList());
        table = new ProxyTable(rules);
    }

    @Override
    public Step attempt(Exchange exchange) {
        var info = exchange.info();
        if (info.isResourceRequest() || info.isKubernetesRequest() || !isBelowPrefix(info.path())) {
            return Step.next(exchange);
        }
        return table.find(exchange.request().method(), info.path())
                .map(rule -> Step.answer(answer(rule, exchange)))
                .orElseGet(() -> Step.next(exchange));
    }

    private boolean isBelowPrefix(String path) {
        for (var prefix : prefixes) {
            if (path.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private Reply answer(ProxyRule rule, Exchange exchange) {
        var reply = reply(rule, exchange);
        var directives = rule.directives();
        return directives.answers().isEmpty() ? reply : new Reply.Edited(reply, directives::applyToAnswer);
    }

    private Reply reply(ProxyRule rule, Exchange exchange) {
        var name = rule.definition().name();
        if (!rule.definition().isAvailable()) {
            return ErrorResponses.unavailable("upstream %s is not available".formatted(name));
        }
        var backend = rule.backend();
        if (backend.isEmpty()) {
            return ErrorResponses.unavailable("upstream %s is not available: %s"
                    .formatted(name, rule.verdict().message()));
        }
        return forward(rule, backend.get(), exchange);
    }

    /** A password is for the platform alone; a token may be needed behind it to call back. */
    private static Headers known(Exchange exchange) {
        var headers = exchange.request().headers();
        return exchange.credential() == Exchange.Credential.BASIC ? headers.without("Authorization") : headers;
    }

    private Reply forward(ProxyRule rule, Guards.Backend backend, Exchange exchange) {
        var endpoint = backend.endpoint();
        var request = exchange.request();
        var before = new Outbound(request.method(), request.rawPath(), request.rawQuery(), known(exchange));
        var outbound = rule.directives().applyTo(before);
        var redirect = rule.directives().redirectFor(outbound);
        if (redirect.isPresent()) {
            return guards.limited(backend, exchange, redirect.get());
        }
        // placeholders decode, so that rules can make dot segments of what was none when it was authorized
        RequestPath.decodeStrictly(outbound.path());
        var path = endpoint.prefix() + outbound.path();
        if (path.isEmpty()
                && !request.rawPath().endsWith("/")
                && (request.method().equals("GET") || request.method().equals("HEAD"))) {
            return withSlash(exchange);
        }
        var headers = rule.directives().authProxy()
                ? Forwarding.withIdentityAlone(outbound.headers(), exchange.user())
                : outbound.headers();
        var transport = Transport.of(rule.directives(), request, clientPath(exchange), endpoint, outbound);
        var outgoing = new Forwarding.Outgoing(
                outbound.method(),
                withTrailingSlash(outbound.path(), request, before),
                outbound.query(),
                transport.map(wrapped -> wrapped.requestHeaders(headers)).orElse(headers),
                backend.policy().timeout(),
                new AnswerChecks(rule.directives().rejectForwardingRedirects(), transport));
        return guards.forward(backend, exchange, outgoing);
    }

    /** Relative links of the application's start page would miss the last part of the path otherwise. */
    private static Reply withSlash(Exchange exchange) {
        var query = exchange.request().rawQuery();
        return Reply.redirect(301, clientPath(exchange) + "/" + (query.isEmpty() ? "" : "?" + query));
    }

    /** The path as the client sent it, with the cluster that it named before it. */
    private static String clientPath(Exchange exchange) {
        var cluster = exchange.info().cluster();
        return (cluster.isEmpty() ? "" : "/clusters/" + cluster)
                + exchange.request().rawPath();
    }

    /** A path that directives made is sent as they made it. */
    private static String withTrailingSlash(String path, Request request, Outbound before) {
        boolean untouched = path.isEmpty() || path.equals(before.path());
        return untouched && request.rawPath().endsWith("/") && !path.endsWith("/") ? path + "/" : path;
    }

    /** What has to be listed before every object is known. */
    public List<FirstListing> firstListings() {
        return objects.firstListings();
    }

    @Override
    public void close() {
        objects.close();
    }
}
