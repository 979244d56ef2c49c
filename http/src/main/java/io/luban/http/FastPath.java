package io.luban.http;

import java.util.Optional;

/**
 * A decision that needs nothing but memory: tried on the event loop before a request is handed to a virtual thread.
 * Must never block, and must leave the request untouched when it has no answer.
 */
@FunctionalInterface
public interface FastPath {
    /** The reply, or empty when the request has to take the ordinary way. */
    Optional<Reply> attempt(Request request);
}
