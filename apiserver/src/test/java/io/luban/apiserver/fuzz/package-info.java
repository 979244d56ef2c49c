/** Requests that are wrong, and what the gateway makes of them. */
@NullMarked
package io.luban.apiserver.fuzz;

import org.jspecify.annotations.NullMarked;
