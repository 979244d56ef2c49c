package io.luban.apiserver.audit;

import io.luban.http.Attribute;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What is known of a request while it runs.
 *
 * @param body its body, as far as it is recorded
 * @param answer the answer's body, once there is one that is recorded
 */
record AuditDraft(Instant received, byte[] body, AtomicReference<byte[]> answer) {
    static final Attribute<AuditDraft> ATTRIBUTE = Attribute.of("audit", AuditDraft.class);

    static AuditDraft at(Instant received, byte[] body) {
        return new AuditDraft(received, body, new AtomicReference<>(new byte[0]));
    }
}
