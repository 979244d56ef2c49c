package io.luban.embeddedkube.request;

import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.audit.AuditLog;
import io.luban.embeddedkube.auth.Authenticator;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.operation.StandardOperations;
import io.luban.embeddedkube.operation.VirtualCreate;
import io.luban.embeddedkube.protobuf.ProtobufDecoder;
import io.luban.embeddedkube.protobuf.ProtobufEncoder;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.watch.Reader;
import io.luban.model.Ids;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the request pipeline is built from.
 *
 * @param virtual creates that are computed
 * @param elsewhere what others answer
 * @param endpoints paths outside of resources, asked in order
 */
public record RequestParts(
        Objects objects,
        StandardOperations operations,
        Identities identities,
        Map<VirtualCreate.Endpoint, VirtualCreate> virtual,
        Elsewhere elsewhere,
        List<Endpoint> endpoints,
        Settings settings) {
    /** Defensive copies. */
    public RequestParts {
        virtual = Map.copyOf(virtual);
        endpoints = List.copyOf(endpoints);
    }

    /** What is kept, as which resources, and how it is read. */
    public record Objects(Store store, Registry registry, Reader reader) {}

    /** What is reached through objects, who judges that and what is computed, and servers that stand behind this one. */
    public record Elsewhere(
            Map<VirtualCreate.Endpoint, Connector> connectors, List<AdmissionPlugin> admission, Delegate delegate) {
        /** Defensive copies. */
        public Elsewhere {
            connectors = Map.copyOf(connectors);
            admission = List.copyOf(admission);
        }
    }

    /** Who may do what. */
    public record Identities(Authenticator authenticator, Authorizer authorizer) {}

    /** Limits, sources of numbers and time, how protobuf is read, where requests are counted and noted. */
    public record Settings(
            long maxRequestBytes,
            List<String> allowedOrigins,
            Ids ids,
            Clock clock,
            ProtobufDecoder protobuf,
            ProtobufEncoder protobufOut,
            ApiMetrics metrics,
            Optional<AuditLog> audit) {}
}
