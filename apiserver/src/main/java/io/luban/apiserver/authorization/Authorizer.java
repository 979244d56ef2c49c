package io.luban.apiserver.authorization;

import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.pipeline.User;

/** Decides on a request; pure memory, safe on an event loop. */
@FunctionalInterface
public interface Authorizer {
    /** Allows with the reason, or has no opinion. */
    Decision decide(User user, RequestInfo request);
}
