/**
 * Admission of the platform's own kinds: rules that complete, convert and judge objects when they are written, the
 * HTTPS server that API servers ask, and the webhook configurations that send them there.
 */
@NullMarked
package io.luban.controller.admission;

import org.jspecify.annotations.NullMarked;
