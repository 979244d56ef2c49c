package io.luban.embeddedkube.webhook;

import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.Store;
import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.List;

/** The webhooks of one kind of configuration, by configuration name, kept current by the commit stream. */
final class WebhookTable implements AutoCloseable {
    private final Store store;
    private final GroupResource resource;
    private final Store.Subscription subscription;
    private volatile List<Webhook> webhooks;

    WebhookTable(Store store, String plural) {
        this.store = store;
        this.resource = new GroupResource("admissionregistration.k8s.io", plural);
        this.webhooks = read();
        this.subscription = store.watchAll(this::observe);
        this.webhooks = read();
    }

    List<Webhook> all() {
        return webhooks;
    }

    private void observe(Event event) {
        if (event.object().key().resource().equals(resource)) {
            webhooks = read();
        }
    }

    private List<Webhook> read() {
        var result = new ArrayList<Webhook>();
        store.snapshot(resource).all().forEach(configuration -> result.addAll(Webhook.listOf(configuration.tree())));
        return List.copyOf(result);
    }

    @Override
    public void close() {
        subscription.close();
    }
}
