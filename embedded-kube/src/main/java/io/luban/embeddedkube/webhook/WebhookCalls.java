package io.luban.embeddedkube.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.embeddedkube.webhook.WebhookClient.CallFailedException;
import java.time.Duration;
import java.util.Optional;

/** Calls of webhooks that are described by a {@code clientConfig}, for others than admission. Safe for parallel use. */
public final class WebhookCalls implements AutoCloseable {
    private final Store store;
    private final WebhookClient client = new WebhookClient();

    /** Services are looked up in that store. */
    public WebhookCalls(Store store) {
        this.store = store;
    }

    /** No answer, or none that can be read; the message says why. */
    public static final class UnansweredException extends Exception {
        private static final long serialVersionUID = 1L;

        UnansweredException(String message) {
            super(message);
        }
    }

    /** What the webhook answers to the body within the time; empty when nothing real stands behind its Service. */
    public Optional<JsonNode> post(JsonNode clientConfig, JsonNode body, Duration timeout) throws UnansweredException {
        try {
            var target = WebhookTarget.of(clientConfig, store);
            if (target.isEmpty()) {
                return Optional.empty();
            }
            var bundle = Trees.text(clientConfig, "caBundle");
            return Optional.of(client.call(target.get(), bundle, body, timeout));
        } catch (CallFailedException | IllegalArgumentException e) {
            throw new UnansweredException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
