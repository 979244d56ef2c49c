/**
 * Who did what, for those who have to know later. {@link io.luban.apiserver.audit.AuditFilter} notes a request behind the
 * authorization, {@link io.luban.apiserver.audit.Auditor} makes an event of it when it is over, and
 * {@link io.luban.apiserver.audit.AuditQueue} delivers events in batches to the sinks. No request waits for a delivery.
 */
@NullMarked
package io.luban.apiserver.audit;

import org.jspecify.annotations.NullMarked;
