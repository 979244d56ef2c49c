package io.luban.embeddedkube.aggregation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.bootstrap.NewObjects;
import io.luban.embeddedkube.pki.Pki;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.ControllerRunner;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.http.HttpRuntime;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.GroupResource;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.util.List;
import java.util.Optional;

/** Other API servers behind this one; running from construction until closed. */
public final class Aggregation implements AutoCloseable {
    private static final ObjectKey AUTHENTICATION =
            new ObjectKey(new GroupResource("", "configmaps"), "kube-system", "extension-apiserver-authentication");

    private final RemoteApis apis;
    private final RemoteForwarding forwarding;
    private final RemoteProbe probe;
    private final ControllerRunner controllers;

    /** What aggregation stands on. */
    public record Parts(Cluster cluster, ServiceResolver services, Pki pki, Ids ids, HttpRuntime runtime) {}

    private Aggregation(Parts parts) {
        var cluster = parts.cluster().as("kube-aggregator");
        publish(cluster.store(), parts.pki().frontProxyCaPem());
        apis = new RemoteApis(cluster.store());
        forwarding = new RemoteForwarding(apis, parts.services(), parts.pki());
        probe = new RemoteProbe(forwarding, parts.runtime());
        var local = new LocalApiServices(cluster, new NewObjects(parts.ids(), cluster.clock()));
        local.synchronize();
        controllers = ControllerRunner.start(
                cluster.store(), List.of(local, new AvailabilityController(cluster, apis, parts.services(), probe)));
    }

    /** Lists the groups, and asks the registered servers from now on. */
    public static Aggregation start(Parts parts) {
        return new Aggregation(parts);
    }

    /** The registered servers, for discovery and OpenAPI. */
    public RemoteApis apis() {
        return apis;
    }

    /** Passes a permitted request on; empty when no registered server serves its path. */
    public Optional<Reply> answer(Request request, User user) {
        return forwarding.answer(request, user);
    }

    /** Registered servers read there whom to believe about users. */
    private static void publish(Store store, String caPem) {
        store.get(AUTHENTICATION).ifPresent(stored -> {
            var object = stored.tree();
            var data = Trees.ensure(object, "data");
            if (!data.path("requestheader-client-ca-file").asText().equals(caPem)) {
                fill(data, caPem);
                store.commit(List.of(new Change.Put(AUTHENTICATION, stored.revision(), object)));
            }
        });
    }

    private static void fill(ObjectNode data, String caPem) {
        data.put("requestheader-allowed-names", list(Pki.FRONT_PROXY_CLIENT))
                .put("requestheader-client-ca-file", caPem)
                .put("requestheader-extra-headers-prefix", list("X-Remote-Extra-"))
                .put("requestheader-group-headers", list("X-Remote-Group"))
                .put("requestheader-uid-headers", list("X-Remote-Uid"))
                .put("requestheader-username-headers", list("X-Remote-User"));
    }

    private static String list(String item) {
        return Json.text(Json.array().add(item));
    }

    @Override
    public void close() {
        controllers.close();
        probe.close();
        apis.close();
    }
}
