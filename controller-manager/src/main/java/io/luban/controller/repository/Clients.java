package io.luban.controller.repository;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.extensionformat.remote.ChartStore;
import io.luban.extensionformat.remote.Deadline;
import io.luban.extensionformat.remote.RemoteClient;
import io.luban.kube.KubeRest;
import java.util.Map;

/** Opens connections for a Repository with its credentials and trust. */
record Clients(KubeRest kube, Map<String, String> environment) {
    RemoteClient open(RepositorySpec repository, Deadline deadline) {
        var access =
                ChartStore.access(repository.object(), path -> kube.find(path).map(JsonNode.class::cast));
        return new RemoteClient(access, environment, deadline);
    }
}
