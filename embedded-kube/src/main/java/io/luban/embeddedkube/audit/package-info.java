/**
 * The audit log: one JSON line of {@code audit.k8s.io/v1} per request, written by a thread of its own so that no request
 * waits for the disk. Bounded in memory and on disk; what does not fit is counted. Knows nothing of routing.
 */
@NullMarked
package io.luban.embeddedkube.audit;

import org.jspecify.annotations.NullMarked;
