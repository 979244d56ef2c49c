/** Logins kept in Redis, which all replicas share; the only place that knows how to talk to it. */
@NullMarked
package io.luban.apiserver.authentication.redis;

import org.jspecify.annotations.NullMarked;
