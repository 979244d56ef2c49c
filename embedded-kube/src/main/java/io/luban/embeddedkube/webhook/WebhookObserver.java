package io.luban.embeddedkube.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Hears of webhooks that had no say although their configuration asks for it. */
public interface WebhookObserver {
    /** A webhook of that configuration was passed over because nothing real runs behind its Service. */
    void skipped(ObjectNode configuration, String webhook, String service);

    /** A webhook failed and its policy lets requests pass; {@code type} is {@code admit} or {@code validating}. */
    void failedOpen(String webhook, String type);
}
