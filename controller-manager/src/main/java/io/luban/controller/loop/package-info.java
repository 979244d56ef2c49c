/**
 * The loop every controller runs in: keys of changed objects come in, each is reconciled by one worker at a time, and
 * failures come back with growing delays. Knows nothing of what is reconciled.
 */
@NullMarked
package io.luban.controller.loop;

import org.jspecify.annotations.NullMarked;
