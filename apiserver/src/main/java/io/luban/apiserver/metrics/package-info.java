/** What the gateway counts, and the endpoint that tells it. */
@NullMarked
package io.luban.apiserver.metrics;

import org.jspecify.annotations.NullMarked;
