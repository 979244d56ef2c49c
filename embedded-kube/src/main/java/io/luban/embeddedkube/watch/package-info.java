/**
 * The reading verbs: {@link io.luban.embeddedkube.watch.Reader} answers lists (paged, at any retained version, as objects,
 * tables or metadata alone) from snapshots, and watches over HTTP and WebSocket from the store's events. Encoded frames
 * and list bodies are shared between clients. Knows nothing of authentication and routing.
 */
@NullMarked
package io.luban.embeddedkube.watch;

import org.jspecify.annotations.NullMarked;
