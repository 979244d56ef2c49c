package io.luban.embeddedkube.custom;

import io.luban.embeddedkube.configuration.ConversionFallback;
import io.luban.embeddedkube.service.ReviewClient;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Ids;

/** What conversions between versions of custom kinds share; closed with the server. */
public final class Conversions implements AutoCloseable {
    private final ServiceResolver services;
    private final ReviewClient client = new ReviewClient();
    private final Ids ids;
    private final ConversionFallback fallback;
    private final ServedForms forms = new ServedForms();

    /** {@code fallback}: what happens when nothing runs behind the Service of a conversion webhook. */
    public Conversions(ServiceResolver services, Ids ids, ConversionFallback fallback) {
        this.services = services;
        this.ids = ids;
        this.fallback = fallback;
    }

    ServiceResolver services() {
        return services;
    }

    ReviewClient client() {
        return client;
    }

    Ids ids() {
        return ids;
    }

    ConversionFallback fallback() {
        return fallback;
    }

    ServedForms forms() {
        return forms;
    }

    /** As the definition's conversion strategy says. */
    VersionConverter of(Definition definition) {
        var conversion = definition.spec().path("conversion");
        return Trees.text(conversion, "strategy").equals("Webhook")
                ? new ConversionWebhook(definition, this)
                : VersionConverter.NONE;
    }

    @Override
    public void close() {
        client.close();
    }
}
