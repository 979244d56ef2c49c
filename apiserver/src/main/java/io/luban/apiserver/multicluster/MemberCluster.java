package io.luban.apiserver.multicluster;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A cluster that the platform knows.
 *
 * @param isHost whether it is this one
 * @param isReady whether its agent or its address answered lately
 */
record MemberCluster(String name, boolean isHost, boolean isReady, MemberConnection connection) {
    static MemberCluster of(ObjectNode object) {
        boolean isReady = false;
        for (var condition : object.at("/status/conditions")) {
            isReady |= condition.path("type").asText("").equals("Ready")
                    && condition.path("status").asText("").equals("True");
        }
        return new MemberCluster(
                object.at("/metadata/name").asText(""),
                object.path("metadata").path("labels").has("cluster-role.kubesphere.io/host"),
                isReady,
                MemberConnection.of(object.at("/spec/connection")));
    }
}
