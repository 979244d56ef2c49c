package io.luban.embeddedkube.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** OpenAPI documents of other servers that are reached through this one. Safe for use from any thread. */
public interface RemoteDocuments {
    /** None. */
    RemoteDocuments NONE = new RemoteDocuments() {
        @Override
        public long generation() {
            return 0;
        }

        @Override
        public Map<String, ObjectNode> documents() {
            return Map.of();
        }
    };

    /** Grows with every change of {@link #documents}. */
    long generation();

    /** Documents of version 3 by {@code apis/group/version}. */
    Map<String, ObjectNode> documents();
}
