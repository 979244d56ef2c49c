package io.luban.controller.leadership;

import io.luban.http.ForwardTarget;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.Upstream;
import io.luban.model.ApiException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Passes requests for what only the leader has, such as the logs of its operations, on to it.
 *
 * @param leads whether this replica is the leader
 * @param leader address of the leader, {@code ""} for an unknown one
 * @param own what this replica answers when it leads
 */
public record LeaderAnswers(java.util.function.BooleanSupplier leads, Supplier<String> leader, Handler own)
        implements Handler {
    private static final String PASSED_ON = "X-Luban-Passed-On";
    private static final Duration HEAD = Duration.ofMinutes(3);
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    @Override
    public Reply handle(Request request) {
        if (leads.getAsBoolean()) {
            return own.handle(request);
        }
        var address = leader.get();
        // one that was passed on already came to a replica that led until now
        if (address.isEmpty() || request.header(PASSED_ON).isPresent()) {
            throw ApiException.unavailable("no replica of ks-controller-manager leads at the moment");
        }
        var uri = URI.create(address);
        boolean tls = "https".equals(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS : HTTP;
        var upstream = new Upstream(tls, uri.getHost(), port, new byte[0], false);
        var target = request.rawPath() + (request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery());
        var headers = request.headers().with(PASSED_ON, "true");
        return new Reply.Forward(new ForwardTarget(upstream, request.method(), target, headers, HEAD));
    }
}
