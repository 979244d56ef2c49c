package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.User;
import io.luban.http.Reply;
import io.luban.http.Request;

/** Answers requests below an object that are connections to what the object stands for: logs, commands, proxies. */
@FunctionalInterface
public interface Connector {
    /** The reply to a permitted request; the object need not exist. */
    Reply connect(Connection connection);

    /**
     * A request for a connection.
     *
     * @param namespace empty for cluster-scoped types
     * @param name as in the path: proxies allow {@code scheme:name:port}
     * @param rest percent-encoded remainder of the path, with its leading slash, empty when there is none
     */
    record Connection(Request request, User user, String namespace, String name, String subresource, String rest) {}
}
