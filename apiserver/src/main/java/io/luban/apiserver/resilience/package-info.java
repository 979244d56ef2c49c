/**
 * Keeps requests away from backends that cannot take them: health checks, circuit breakers and limits as an endpoint of an
 * APIService or ReverseProxy declares them. What an object asks for is a {@code …Policy}, what is known about a running
 * backend is its {@link io.luban.apiserver.resilience.Guard}.
 */
@NullMarked
package io.luban.apiserver.resilience;

import org.jspecify.annotations.NullMarked;
