package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.bootstrap.NamespaceContent;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.function.Consumer;

/** Brings the default account and the root certificate of a namespace back when they were deleted or changed. */
public final class NamespaceContentKeeper implements Controller {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
    private static final GroupResource CONFIG_MAPS = new GroupResource("", "configmaps");

    private final Cluster cluster;
    private final NamespaceContent content;

    /** Keeps that content in the namespaces of the cluster. */
    public NamespaceContentKeeper(Cluster cluster, NamespaceContent content) {
        this.cluster = cluster.as("root-ca-cert-publisher");
        this.content = content;
    }

    @Override
    public String name() {
        return "namespace-content";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(NAMESPACES) || resource.equals(ACCOUNTS) || resource.equals(CONFIG_MAPS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        if (key.resource().equals(NAMESPACES)) {
            queue.accept(key);
        } else if (event.type() != Event.Type.ADDED
                && (key.name().equals(NamespaceContent.DEFAULT_ACCOUNT)
                        || key.name().equals(NamespaceContent.ROOT_CERTIFICATE))) {
            queue.accept(new ObjectKey(NAMESPACES, "", key.namespace()));
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var namespace = cluster.get(key);
        if (namespace.isEmpty() || Trees.isTerminating(namespace.get())) {
            return Outcome.done();
        }
        var name = key.name();
        if (cluster.get(ACCOUNTS, name, NamespaceContent.DEFAULT_ACCOUNT).isEmpty()) {
            cluster.create(ACCOUNTS, content.account(name));
        }
        var wanted = content.rootCertificate(name);
        var found = cluster.get(CONFIG_MAPS, name, NamespaceContent.ROOT_CERTIFICATE);
        if (found.isEmpty()) {
            cluster.create(CONFIG_MAPS, wanted);
        } else if (!found.get().path("data").equals(wanted.path("data"))) {
            cluster.modify(Cluster.key(CONFIG_MAPS, wanted), "", live -> withData(live, wanted));
        }
        return Outcome.done();
    }

    private static ObjectNode withData(ObjectNode live, ObjectNode wanted) {
        live.set("data", wanted.path("data"));
        return live;
    }
}
