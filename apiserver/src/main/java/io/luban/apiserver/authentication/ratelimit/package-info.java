/** Keeps passwords from being guessed. */
@NullMarked
package io.luban.apiserver.authentication.ratelimit;

import org.jspecify.annotations.NullMarked;
