/**
 * Requests, replies and the server that carries them out. A {@link io.luban.http.Handler} is blocking code on a virtual
 * thread that returns a {@link io.luban.http.Reply} value; the server alone touches event loops, so a forwarded stream
 * or a watch holds no thread.
 */
@NullMarked
package io.luban.http;

import org.jspecify.annotations.NullMarked;
