/**
 * Spans of requests, sent to a collector by OTLP over HTTP. Off unless a collector is configured; then nothing of this is
 * part of the pipeline, and the trace context of clients passes through as any other header.
 */
@NullMarked
package io.luban.apiserver.tracing;

import org.jspecify.annotations.NullMarked;
