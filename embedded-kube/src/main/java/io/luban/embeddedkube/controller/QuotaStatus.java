package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.QuotaLedger;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.function.Consumer;

/** Shows in each ResourceQuota how much of it is used. */
final class QuotaStatus implements Controller {
    private static final GroupResource QUOTAS = new GroupResource("", "resourcequotas");

    private final Cluster cluster;
    private final QuotaLedger ledger;

    QuotaStatus(Cluster cluster, QuotaLedger ledger) {
        this.cluster = cluster.as("resourcequota-controller");
        this.ledger = ledger;
    }

    @Override
    public String name() {
        return "quota-status";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return true;
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        if (key.resource().equals(QUOTAS)) {
            queue.accept(key);
        } else if (!key.namespace().isEmpty()) {
            cluster.store().snapshot(QUOTAS).inNamespace(key.namespace()).forEach(quota -> queue.accept(quota.key()));
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        cluster.get(key).filter(quota -> !Trees.isTerminating(quota)).ifPresent(quota -> write(key, quota));
        return Outcome.done();
    }

    private void write(ObjectKey key, ObjectNode quota) {
        var hard = Trees.at(quota, "spec", "hard");
        var used = ledger.used(quota);
        cluster.modify(key, "status", live -> {
            var status = Trees.ensure(live, "status");
            status.set("hard", hard.isObject() ? hard.deepCopy() : Json.object());
            var target = status.putObject("used");
            used.forEach((name, amount) -> target.put(name, amount.toString()));
            return live;
        });
    }
}
