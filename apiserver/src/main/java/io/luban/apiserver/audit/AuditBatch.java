package io.luban.apiserver.audit;

import io.luban.model.Json;
import java.util.List;

/**
 * Events that are delivered together.
 *
 * @param encoded the same events as JSON without line breaks
 */
record AuditBatch(List<AuditEvent> events, List<byte[]> encoded) {
    static AuditBatch of(List<AuditEvent> events) {
        return new AuditBatch(
                List.copyOf(events),
                events.stream().map(event -> Json.bytes(event.json())).toList());
    }
}
