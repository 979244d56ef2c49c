package io.luban.apiserver.multicluster;

import io.luban.apiserver.endpoint.Forwarding;
import io.luban.apiserver.endpoint.ProxyErrors;
import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.http.AnswerInspector;
import io.luban.http.ForwardTarget;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Json;
import io.luban.model.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends requests to the gateway of a member cluster, which authenticates and authorizes them itself. */
final class Dispatch {
    private static final Logger log = LoggerFactory.getLogger(Dispatch.class);
    private static final String SERVICE = "/api/v1/namespaces/kubesphere-system/services/%s:ks-apiserver:/proxy";
    private static final String PLAIN_SERVICE = SERVICE.formatted("");
    private static final String TLS_SERVICE = SERVICE.formatted("https");
    private static final String AUTHORIZATION = "Authorization";
    private static final String CARRIED_AUTHORIZATION = "X-KubeSphere-Authorization";
    private static final String CARRIED_QUERY = "X-KubeSphere-Rawquery";

    private final String service;

    /** Reaches gateways behind the service proxy of their Kubernetes API, by TLS where the platform speaks it inside. */
    Dispatch(boolean isTlsInside) {
        service = isTlsInside ? TLS_SERVICE : PLAIN_SERVICE;
    }

    /** The answer to a request whose path no longer names the cluster; {@code original} still does. */
    Reply to(MemberCluster cluster, Exchange exchange, Request original) {
        var request = exchange.request();
        var headers = Forwarding.marked(forwarded(request.headers(), original));
        var inspector = new ProxyErrors((status, answer) -> inspect(cluster.name(), status, answer));
        return switch (cluster.connection()) {
            case MemberConnection.Broken broken -> ErrorResponses.unavailable(broken.problem());
            case MemberConnection.AtAddress address ->
                new Reply.Forward(new ForwardTarget(
                        address.upstream(),
                        request.method(),
                        address.prefix() + target(request),
                        headers,
                        Duration.ZERO,
                        inspector));
            case MemberConnection.ByKubernetes member ->
                inspected(member.kubernetes().forward(carried(request, headers), exchange.info()), inspector);
        };
    }

    private static String target(Request request) {
        return request.rawPath() + (request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery());
    }

    private static Headers forwarded(Headers headers, Request original) {
        return headers.with("X-Forwarded-Host", original.authority())
                .with("X-Forwarded-Proto", original.scheme())
                .with("X-Forwarded-Uri", target(original));
    }

    /** As the service proxy lets it through: it keeps credentials, refuses dry runs, loses queries of upgrades. */
    private Request carried(Request request, Headers headers) {
        var own = headers.first(AUTHORIZATION).orElse("");
        var changed = headers.without(AUTHORIZATION).with(CARRIED_AUTHORIZATION, own);
        if (request.isUpgrade() && !request.rawQuery().isEmpty()) {
            changed = changed.with(CARRIED_QUERY, request.rawQuery());
        }
        var pairs = request.rawQuery().split("&", -1);
        for (int i = 0; i < pairs.length; i++) {
            if (pairs[i].equals("dryRun") || pairs[i].startsWith("dryRun=")) {
                pairs[i] = "dryrun" + pairs[i].substring("dryRun".length());
            }
        }
        return request.withHeaders(changed).withTarget(service + request.rawPath(), String.join("&", pairs));
    }

    private static Reply inspected(Reply reply, AnswerInspector inspector) {
        if (!(reply instanceof Reply.Forward forward)) {
            return reply;
        }
        return new Reply.Forward(forward.target().with(inspector));
    }

    /** A member's 401 must not end the caller's login here. */
    private static AnswerInspector.Verdict inspect(String cluster, int status, Headers headers) {
        if (status == 401) {
            var refusal = Status.of(
                    511,
                    "Network Authentication Required",
                    "The request could not be authenticated due to a system issue.");
            var answer = (Reply.Content) Reply.json(511, Json.bytes(refusal.toJson()));
            return new AnswerInspector.Verdict.Replace(answer, Optional.of(body -> report(cluster, body)));
        }
        return new AnswerInspector.Verdict.Pass(headers.without("Access-Control-Allow-Credentials")
                .without("Access-Control-Allow-Headers")
                .without("Access-Control-Allow-Methods")
                .without("Access-Control-Allow-Origin"));
    }

    private static void report(String cluster, byte[] body) {
        var text = new String(body, StandardCharsets.UTF_8);
        log.atWarn()
                .addKeyValue("cluster", cluster)
                .addKeyValue("answer", text.replaceAll("\\p{Cntrl}+", " ").strip())
                .log("a member cluster did not accept the caller's credentials");
    }
}
