package io.luban.embeddedkube.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.operation.VirtualCreate.Endpoint;
import io.luban.embeddedkube.request.Connector;
import io.luban.embeddedkube.request.Connector.Connection;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.WebSocketHandler;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The subresources {@code log}, {@code exec}, {@code attach} and {@code portforward} of pods. */
public final class PodStreams {
    /** What every stream of a pod says that nobody runs. */
    static final String SIMULATED = "simulated pod: no container is running";

    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final List<String> ENDED = List.of("Succeeded", "Failed");

    private final Store store;
    private final StreamBackends backends;
    private final PodLogs logs;

    private PodStreams(Store store, StreamBackends backends, Clock clock) {
        this.store = store;
        this.backends = backends;
        this.logs = new PodLogs(backends, clock);
    }

    /** The streams by the place where they are served. */
    public static Map<Endpoint, Connector> of(Store store, StreamBackends backends, Clock clock) {
        var streams = new PodStreams(store, backends, clock);
        return Map.of(
                new Endpoint("", "pods", "log"), streams::log,
                new Endpoint("", "pods", "exec"), streams::exec,
                new Endpoint("", "pods", "attach"), streams::attach,
                new Endpoint("", "pods", "portforward"), streams::forward);
    }

    private Reply log(Connection connection) {
        return logs.reply(connection.request(), pod(connection));
    }

    private Reply exec(Connection connection) {
        var pod = pod(connection);
        var command = command(connection.request(), pod);
        if (command.command().isEmpty()) {
            throw ApiException.badRequest("you must specify at least 1 command for the container");
        }
        return run(connection.request(), pod, command, StreamBackend::exec);
    }

    private Reply attach(Connection connection) {
        var pod = pod(connection);
        return run(connection.request(), pod, command(connection.request(), pod), StreamBackend::attach);
    }

    private Reply run(Request request, JsonNode pod, CommandRequest command, CommandSession.Action action) {
        requireHost(pod);
        if (ENDED.contains(Trees.text(pod, "status", "phase"))) {
            throw ApiException.badRequest("cannot exec into a container in a completed pod; current phase is "
                    + Trees.text(pod, "status", "phase"));
        }
        if (!command.stdin() && !command.stdout() && !command.stderr()) {
            throw ApiException.badRequest("you must specify at least 1 of stdin, stdout, stderr");
        }
        var backend = backends.of(pod);
        requireWebSocket(request, backend.isPresent());
        var protocol = ChannelProtocol.of(request).orElseThrow(() -> unknownProtocol(request));
        return socket(
                protocol.name(),
                session -> CommandSession.start(
                        new ChannelSocket(session, protocol),
                        command,
                        streams -> action.run(running(backend), pod, command, streams),
                        session));
    }

    private Reply forward(Connection connection) {
        var pod = pod(connection);
        requireHost(pod);
        var backend = backends.of(pod);
        var request = connection.request();
        requireWebSocket(request, backend.isPresent());
        Ports.Dialer dialer = port -> running(backend).connect(pod, port);
        if (ChannelProtocol.offered(request).contains(SpdyTunnel.PROTOCOL)) {
            return socket(SpdyTunnel.PROTOCOL, session -> SpdyTunnel.start(session, dialer));
        }
        var ports = Ports.parse(new QueryValues(request).all("ports"));
        var protocol = ChannelProtocol.of(request).orElseThrow(() -> unknownProtocol(request));
        return socket(
                protocol.name(),
                session -> PortChannels.start(session, new ChannelSocket(session, protocol), ports, dialer));
    }

    private static StreamBackend running(Optional<StreamBackend> backend) throws IOException {
        return backend.orElseThrow(() -> new IOException(SIMULATED));
    }

    private static Reply socket(String protocol, WebSocketHandler handler) {
        var headers = protocol.isEmpty() ? Headers.EMPTY : Headers.of("Sec-WebSocket-Protocol", protocol);
        return new Reply.WebSocket(headers, handler);
    }

    private static CommandRequest command(Request request, JsonNode pod) {
        var query = new QueryValues(request);
        boolean tty = query.bool("tty");
        return new CommandRequest(
                PodContainers.choose(pod, request.query("container").orElse("")),
                query.all("command"),
                query.bool("stdin"),
                query.bool("stdout"),
                query.bool("stderr") && !tty,
                tty);
    }

    private JsonNode pod(Connection connection) {
        return store.get(new ObjectKey(PODS, connection.namespace(), connection.name()))
                .orElseThrow(() -> ApiException.notFound(PODS, connection.name()))
                .tree();
    }

    private static void requireHost(JsonNode pod) {
        if (Trees.text(pod, "spec", "nodeName").isEmpty()) {
            throw ApiException.badRequest("pod %s does not have a host assigned".formatted(Trees.name(pod)));
        }
    }

    private static void requireWebSocket(Request request, boolean runs) {
        boolean isWebSocket = request.isUpgrade()
                && request.header("Upgrade")
                        .filter("websocket"::equalsIgnoreCase)
                        .isPresent();
        if (isWebSocket) {
            return;
        }
        if (!runs) {
            throw ApiException.badRequest(SIMULATED);
        }
        throw ApiException.badRequest(
                request.isUpgrade()
                        ? "SPDY is not served here, use WebSocket (as kubectl does since 1.31)"
                        : "Upgrade request required");
    }

    private static ApiException unknownProtocol(Request request) {
        return ApiException.badRequest(
                "unable to negotiate a protocol: the client offers " + ChannelProtocol.offered(request));
    }
}
