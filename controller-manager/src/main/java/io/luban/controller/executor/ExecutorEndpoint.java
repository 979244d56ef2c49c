package io.luban.controller.executor;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.helm.OperationLog;
import io.luban.http.Handler;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.ServerConfig;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The API server as an operation sees it: a loopback address with an unguessable path that is valid while the operation
 * runs. The path is the whole secret, since clients written in Go send no token without TLS. The cluster's own
 * credentials never reach the worker.
 */
public final class ExecutorEndpoint implements AutoCloseable {
    private final Ids ids;
    private final Map<String, OpenGrant> grants = new ConcurrentHashMap<>();
    private final ClusterForwarder forwarder;
    private final HttpServer server;

    private ExecutorEndpoint(HttpRuntime runtime, KubernetesClient client, Ids ids) {
        this.ids = ids;
        this.forwarder = ClusterForwarder.of(client);
        Handler handler = this::handle;
        this.server = HttpServer.start(runtime, ServerConfig.loopback(), request -> Optional.empty(), handler);
    }

    private record OpenGrant(Grant grant, ClusterForwarder forwarder, OperationLog log) {}

    /** Listens on a free loopback port and forwards to the client's cluster with the client's credentials. */
    public static ExecutorEndpoint start(HttpRuntime runtime, KubernetesClient client, Ids ids) {
        return new ExecutorEndpoint(runtime, client, ids);
    }

    /** An address for one operation; ends when the access is closed. Requests that write are told to {@code log}. */
    public Access open(Grant grant, OperationLog log) {
        return open(grant, Optional.empty(), log);
    }

    /** The same for another cluster than the endpoint's own. */
    public Access open(Grant grant, Optional<KubernetesClient> member, OperationLog log) {
        var path = ids.uuid() + "-" + ids.uuid();
        grants.put(path, new OpenGrant(grant, member.map(ClusterForwarder::of).orElse(forwarder), log));
        return new Access(path, kubeconfig(path));
    }

    /** A way into the cluster. */
    public final class Access implements AutoCloseable {
        private final String path;
        private final String kubeconfig;

        private Access(String path, String kubeconfig) {
            this.path = path;
            this.kubeconfig = kubeconfig;
        }

        /** Kubeconfig text with the address; as secret as credentials. */
        public String kubeconfig() {
            return kubeconfig;
        }

        @Override
        public void close() {
            grants.remove(path);
        }
    }

    @Override
    public void close() {
        grants.clear();
        server.close();
    }

    private Reply handle(Request request) {
        var raw = request.rawPath();
        int slash = raw.indexOf('/', 1);
        var key = slash < 0 ? raw.substring(1) : raw.substring(1, slash);
        var open = grants.get(key);
        if (open == null || !open.grant().holds().getAsBoolean()) {
            throw ApiException.unauthorized("Unauthorized");
        }
        var target = request.withTarget(slash < 0 ? "/" : raw.substring(slash), request.rawQuery());
        return open.forwarder().forward(target, open.grant(), open.log());
    }

    private String kubeconfig(String path) {
        return """
                apiVersion: v1
                kind: Config
                current-context: executor
                clusters: [{name: executor, cluster: {server: "http://127.0.0.1:%d/%s"}}]
                contexts: [{name: executor, context: {cluster: executor, user: executor}}]
                users: [{name: executor, user: {}}]
                """.formatted(server.port(), path);
    }
}
