package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.webhook.WebhookObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Makes known that webhooks had no say: an Event on the configuration of one that is passed over, a count of those that
 * failed. Safe for use from any thread.
 */
final class WebhookNotes implements WebhookObserver {
    /** Names come and go with configurations; so many are counted, later ones together. */
    private static final int MOST_COUNTED = 1000;

    private final Map<List<String>, LongAdder> failures = new ConcurrentHashMap<>();
    private volatile Optional<EventRecorder.Source> events = Optional.empty();

    /** From now on events can be written. */
    void speak(EventRecorder.Source source) {
        events = Optional.of(source);
    }

    @Override
    public void skipped(ObjectNode configuration, String webhook, String service) {
        events.ifPresent(source -> source.warning(
                configuration,
                "WebhookSkipped",
                "webhook \"%s\" was not asked because nothing real runs behind Service \"%s\""
                        .formatted(webhook, service)));
    }

    @Override
    public void failedOpen(String webhook, String type) {
        var key = List.of(webhook, type);
        var counted = failures.containsKey(key) || failures.size() < MOST_COUNTED ? key : List.of("", type);
        failures.computeIfAbsent(counted, first -> new LongAdder()).increment();
    }

    Map<List<String>, Long> failedOpen() {
        var result = new HashMap<List<String>, Long>();
        failures.forEach((key, count) -> result.put(key, count.sum()));
        return result;
    }
}
