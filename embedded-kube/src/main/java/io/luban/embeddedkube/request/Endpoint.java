package io.luban.embeddedkube.request;

import io.luban.http.Reply;
import io.luban.http.Request;
import java.util.Optional;

/** Answers some of the paths outside of resources. */
@FunctionalInterface
public interface Endpoint {
    /** The answer, empty when the path belongs to somebody else. */
    Optional<Reply> answer(Request request);
}
