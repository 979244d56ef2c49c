package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.function.Consumer;

/** Gives Services of type LoadBalancer and Ingresses the address of this machine. */
final class LoadBalancers implements Controller {
    private final Simulated simulated;

    LoadBalancers(Simulated simulated) {
        this.simulated = simulated;
    }

    @Override
    public String name() {
        return "simulated-load-balancers";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.SERVICES) || resource.equals(Kinds.INGRESSES);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        if (event.type() != Event.Type.DELETED) {
            queue.accept(event.object().key());
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        simulated
                .find(key)
                .filter(object -> key.resource().equals(Kinds.INGRESSES)
                        || Trees.text(object, "spec", "type").equals("LoadBalancer"))
                .filter(object ->
                        Trees.at(object, "status", "loadBalancer", "ingress").isEmpty())
                .ifPresent(object -> simulated.writeStatus(key, LoadBalancers::fill));
        return Outcome.done();
    }

    private static void fill(ObjectNode status) {
        Trees.ensureArray(Trees.ensure(status, "loadBalancer"), "ingress")
                .addObject()
                .put("ip", "127.0.0.1");
    }
}
