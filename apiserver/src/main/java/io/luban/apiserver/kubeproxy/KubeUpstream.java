package io.luban.apiserver.kubeproxy;

import io.luban.apiserver.endpoint.ServiceProxy;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.pipeline.User;
import io.luban.http.Attribute;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.Upstream;
import java.util.Optional;
import java.util.function.Supplier;

/** The Kubernetes API that the gateway stands in front of. */
public interface KubeUpstream {
    /** The user whom the gateway authorized, left on requests to an in-process API server. */
    Attribute<User> AUTHORIZED_USER = Attribute.of("authorized user", User.class);

    /** Sends an authorized request, whose credentials were removed, on its way. */
    Reply forward(Request request, RequestInfo info);

    /** Whether {@link #forward} may take long and needs a thread of its own. */
    boolean blocks();

    /** Its proxy to services, for backends that cannot be reached otherwise; nothing where it is of no use. */
    default Optional<ServiceProxy> serviceProxy() {
        return Optional.empty();
    }

    /**
     * An API server elsewhere, reached with the gateway's own rights: the client certificate of {@code upstream} or the
     * bearer token, which is asked for each request because such tokens are renewed; {@code ""} for none.
     */
    static KubeUpstream remote(Upstream upstream, Supplier<String> bearerToken) {
        return new RemoteKubernetes(upstream, "", bearerToken);
    }

    /**
     * The API server of a kubeconfig's current context, with the credentials given there. Throws
     * {@link io.luban.model.ParseException} when the text names no server.
     */
    static KubeUpstream fromKubeconfig(String kubeconfig) {
        return RemoteKubernetes.fromKubeconfig(kubeconfig);
    }

    /** An API server in this process; its handler finds {@link #AUTHORIZED_USER} on the request. */
    static KubeUpstream inProcess(Handler handler) {
        return new KubeUpstream() {
            @Override
            public Reply forward(Request request, RequestInfo info) {
                return handler.handle(request);
            }

            @Override
            public boolean blocks() {
                return true;
            }
        };
    }
}
