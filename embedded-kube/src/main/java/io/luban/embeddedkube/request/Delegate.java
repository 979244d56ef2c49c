package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.User;
import io.luban.http.Reply;
import io.luban.http.Request;
import java.util.Optional;

/** Answers permitted requests in place of this server, before anything of its own is asked. */
@FunctionalInterface
public interface Delegate {
    /** The reply, empty when the path is this server's own. */
    Optional<Reply> answer(Request request, User user);
}
