package io.luban.controller.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.configuration.ControllerKeys;
import io.luban.model.configuration.Settings;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Where the webhooks are served, and how API servers reach them.
 *
 * @param host address to bind
 * @param port TCP port to bind, 0 for any free one
 * @param address under which API servers call
 * @param reservedGroups API groups of the platform, which extensions take only when they say so
 * @param isTlsInside whether workloads need the platform's authority to reach the gateway
 */
public record AdmissionSettings(
        String host, int port, Address address, Set<String> reservedGroups, boolean isTlsInside) {
    private static final String USUAL_SERVICE = "kubesphere-system/ks-controller-manager";
    private static final int HTTPS = 443;

    /** Copies the groups. */
    public AdmissionSettings {
        reservedGroups = Set.copyOf(reservedGroups);
    }

    /** How an API server calls the webhooks. */
    public sealed interface Address {
        /** At the address that is bound, for API servers on the same machine. */
        record Bound() implements Address {}

        /** At a host name, with a port. */
        record Host(String name, int port) implements Address {}

        /** Through a Service of the cluster. */
        record Service(String namespace, String name, int port) implements Address {}
    }

    /** A free loopback port, for an API server on the same machine. */
    public static AdmissionSettings loopback() {
        return at("127.0.0.1", 0, new Address.Bound());
    }

    /** The same with other groups of the platform. */
    public AdmissionSettings reserving(Collection<String> groups) {
        return new AdmissionSettings(host, port, address, Set.copyOf(groups), isTlsInside);
    }

    /** The same where workloads need the platform's authority, or do not. */
    public AdmissionSettings speakingTls(boolean inside) {
        return new AdmissionSettings(host, port, address, reservedGroups, inside);
    }

    /**
     * What was set for webhooks that listen at an address.
     *
     * @param inPod whether this process runs in a pod, where a Service leads to it
     */
    public static AdmissionSettings of(Settings settings, String host, int port, boolean inPod) {
        return placed(settings, host, port, inPod).reserving(settings.value(ControllerKeys.RESERVED_GROUPS));
    }

    private static AdmissionSettings placed(Settings settings, String host, int port, boolean inPod) {
        var url = settings.value(ControllerKeys.ADMISSION_URL);
        var service = settings.value(ControllerKeys.ADMISSION_SERVICE);
        if (!url.isEmpty()) {
            var uri = URI.create(url);
            return at(host, port, new Address.Host(uri.getHost(), uri.getPort() < 0 ? HTTPS : uri.getPort()));
        }
        if (!service.isEmpty() || inPod) {
            return at(host, port, service(service.isEmpty() ? USUAL_SERVICE : service));
        }
        return at("127.0.0.1", port, new Address.Bound());
    }

    private static AdmissionSettings at(String host, int port, Address address) {
        return new AdmissionSettings(
                host, port, address, Set.copyOf(ControllerKeys.RESERVED_GROUPS.defaultValue()), false);
    }

    private static Address.Service service(String text) {
        int slash = text.indexOf('/');
        int colon = text.indexOf(':');
        var name = text.substring(slash + 1, colon < 0 ? text.length() : colon);
        return new Address.Service(
                text.substring(0, slash), name, colon < 0 ? HTTPS : Integer.parseInt(text.substring(colon + 1)));
    }

    /** The names that the server's certificate has to carry. */
    List<String> names() {
        return switch (address) {
            case Address.Bound bound -> List.of(host);
            case Address.Host at -> List.of(at.name());
            case Address.Service service -> {
                var name = service.name() + "." + service.namespace();
                yield List.of(name + ".svc", name + ".svc.cluster.local");
            }
        };
    }

    /** What a webhook configuration says about where to call. */
    ObjectNode clientConfig(int boundPort, String path, String caBundle) {
        var config = Json.object().put("caBundle", caBundle);
        switch (address) {
            case Address.Bound bound -> config.put("url", "https://%s:%d%s".formatted(host, boundPort, path));
            case Address.Host at -> config.put("url", "https://%s:%d%s".formatted(at.name(), at.port(), path));
            case Address.Service service ->
                config.putObject("service")
                        .put("namespace", service.namespace())
                        .put("name", service.name())
                        .put("port", service.port())
                        .put("path", path);
        }
        return config;
    }
}
