/**
 * Admission webhooks: the configurations in the store, whom each of them concerns, and the calls. Services are reached by
 * the addresses of pods that really run; where only simulated pods stand behind a Service, its webhooks are passed over.
 */
@NullMarked
package io.luban.embeddedkube.webhook;

import org.jspecify.annotations.NullMarked;
