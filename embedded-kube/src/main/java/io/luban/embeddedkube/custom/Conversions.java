package io.luban.embeddedkube.custom;

import io.luban.embeddedkube.configuration.ConversionFallback;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.embeddedkube.webhook.WebhookCalls;
import io.luban.model.Ids;

/** What conversions between versions of custom kinds share; closed with the server. */
public final class Conversions implements AutoCloseable {
    private final WebhookCalls calls;
    private final Ids ids;
    private final ConversionFallback fallback;
    private final ServedForms forms = new ServedForms();

    /** {@code fallback}: what happens when nothing runs behind the Service of a conversion webhook. */
    public Conversions(Store store, Ids ids, ConversionFallback fallback) {
        this.calls = new WebhookCalls(store);
        this.ids = ids;
        this.fallback = fallback;
    }

    ServedForms forms() {
        return forms;
    }

    /** As the definition's conversion strategy says. */
    VersionConverter of(Definition definition) {
        var conversion = definition.spec().path("conversion");
        return Trees.text(conversion, "strategy").equals("Webhook")
                ? new ConversionWebhook(definition, calls, ids, fallback)
                : VersionConverter.NONE;
    }

    @Override
    public void close() {
        calls.close();
    }
}
