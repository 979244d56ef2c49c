package io.luban.http;

/** Answers a request with a value; may block, runs on a virtual thread of its own. */
@FunctionalInterface
public interface Handler {
    /** Decides the reply; an {@link io.luban.model.ApiException} becomes its Status, anything else a 500. */
    Reply handle(Request request);
}
