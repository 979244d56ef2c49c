package io.luban.apiserver.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;

/** Tells the workspace and the cluster that a request concerns, from the labels of namespaces. */
public final class EventPlaces implements AutoCloseable {
    /** What namespaces say: the workspace they belong to, and the platform's own the name of the cluster. */
    private record Facts(String workspace, String cluster) {}

    private final ProjectedCache<Facts> namespaces;
    private final String systemNamespace;
    private final String hostName;
    private final String hostAddress;

    /** Follows the namespaces. */
    public EventPlaces(KubeRest kube, String systemNamespace) {
        this.systemNamespace = systemNamespace;
        namespaces = ProjectedCache.start(kube, CollectionQuery.of("/api/v1/namespaces"), EventPlaces::facts);
        hostName = Optional.ofNullable(System.getenv("HOSTNAME")).orElse("");
        hostAddress = firstAddress();
    }

    private static Optional<Facts> facts(ObjectNode namespace) {
        var metadata = namespace.path("metadata");
        return Optional.of(new Facts(
                metadata.path("labels").path("kubesphere.io/workspace").asText(""),
                metadata.path("annotations").path("cluster.kubesphere.io/name").asText("")));
    }

    private static String firstAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .map(InetAddress::getHostAddress)
                    .findFirst()
                    .orElse("");
        } catch (SocketException e) {
            return "";
        }
    }

    AuditEvent.Place of(RequestInfo info) {
        var namespace = info.resource().equals("namespaces") ? info.name() : info.namespace();
        var workspace = info.workspace().isEmpty()
                ? namespaces.find("", namespace).map(Facts::workspace).orElse("")
                : info.workspace();
        var cluster = namespaces.find("", systemNamespace).map(Facts::cluster).orElse("");
        return new AuditEvent.Place(workspace, cluster, hostName, hostAddress);
    }

    @Override
    public void close() {
        namespaces.close();
    }
}
