package io.luban.embeddedkube.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events of events.k8s.io/v1, which are stored as core events with other member names. */
final class EventConversion implements Conversion {
    /** Member of events.k8s.io/v1 to member of v1, in the order in which the latter are written. */
    private static final Map<String, String> STORED_NAMES = new LinkedHashMap<>();

    static {
        STORED_NAMES.put("metadata", "metadata");
        STORED_NAMES.put("regarding", "involvedObject");
        STORED_NAMES.put("reason", "reason");
        STORED_NAMES.put("note", "message");
        STORED_NAMES.put("deprecatedSource", "source");
        STORED_NAMES.put("deprecatedFirstTimestamp", "firstTimestamp");
        STORED_NAMES.put("deprecatedLastTimestamp", "lastTimestamp");
        STORED_NAMES.put("deprecatedCount", "count");
        STORED_NAMES.put("type", "type");
        STORED_NAMES.put("eventTime", "eventTime");
        STORED_NAMES.put("series", "series");
        STORED_NAMES.put("action", "action");
        STORED_NAMES.put("related", "related");
        STORED_NAMES.put("reportingController", "reportingComponent");
        STORED_NAMES.put("reportingInstance", "reportingInstance");
    }

    @Override
    public ObjectNode toStored(ObjectNode served) {
        var stored = Json.object().put("apiVersion", "v1").put("kind", "Event");
        STORED_NAMES.forEach((from, to) -> move(served, from, stored, to));
        return stored;
    }

    @Override
    public ObjectNode toServed(ObjectNode stored) {
        var served = Json.object().put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
        STORED_NAMES.forEach((to, from) -> move(stored, from, served, to));
        return served;
    }

    @Override
    public boolean isIdentity() {
        return false;
    }

    private static void move(ObjectNode source, String from, ObjectNode target, String to) {
        var value = source.get(from);
        if (value != null) {
            target.set(to, value);
        }
    }
}
