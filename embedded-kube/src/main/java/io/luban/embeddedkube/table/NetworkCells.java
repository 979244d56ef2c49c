package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Cells of services and what leads to them. */
final class NetworkCells {
    private NetworkCells() {}

    static Optional<Object> cell(Row row, String column) {
        return Optional.ofNullable(
                switch (row.kind()) {
                    case "Service" -> service(row, column);
                    case "Endpoints" -> column.equals("Endpoints") ? endpoints(row) : null;
                    case "EndpointSlice" -> slice(row, column);
                    case "Ingress" -> ingress(row, column);
                    case "IngressClass" -> column.equals("Parameters") ? parameters(row) : null;
                    case "NetworkPolicy" ->
                        column.equals("Pod-Selector") ? Row.selector(row.spec().path("podSelector")) : null;
                    case "IPAddress" -> column.equals("ParentRef") ? parent(row) : null;
                    default ->
                        column.equals("CIDRs") ? Row.joined(Row.texts(row.spec().path("cidrs"))) : null;
                });
    }

    private static @Nullable Object service(Row row, String column) {
        return switch (column) {
            case "Cluster-IP" -> Row.text(row.spec().path("clusterIP"), Row.NONE);
            case "External-IP" -> externalIp(row);
            case "Port(s)" -> ports(row);
            case "Selector" -> Row.labels(row.spec().path("selector"));
            default -> null;
        };
    }

    private static String externalIp(Row row) {
        var external = Row.texts(row.spec().path("externalIPs"));
        return switch (row.spec().path("type").asText()) {
            case "ExternalName" -> Row.text(row.spec().path("externalName"), Row.NONE);
            case "LoadBalancer" -> {
                var addresses = balancer(row);
                addresses.addAll(external);
                yield addresses.isEmpty() ? "<pending>" : String.join(",", addresses);
            }
            default -> Row.joined(external);
        };
    }

    private static List<String> balancer(Row row) {
        var addresses = new ArrayList<String>();
        for (var ingress : row.at("status.loadBalancer.ingress")) {
            var ip = ingress.path("ip").asText();
            addresses.add(ip.isEmpty() ? ingress.path("hostname").asText() : ip);
        }
        return addresses;
    }

    private static String ports(Row row) {
        var texts = new ArrayList<String>();
        for (var port : row.spec().path("ports")) {
            long node = port.path("nodePort").asLong();
            texts.add(port.path("port").asLong() + (node > 0 ? ":" + node : "") + "/"
                    + Row.text(port.path("protocol"), "TCP"));
        }
        return Row.joined(texts);
    }

    private static String endpoints(Row row) {
        var texts = new ArrayList<String>();
        for (var subset : row.object().path("subsets")) {
            for (var address : Row.each(subset.path("addresses"), "ip")) {
                if (subset.path("ports").isEmpty()) {
                    texts.add(address);
                }
                subset.path("ports").forEach(port -> texts.add(hostPort(address, port)));
            }
        }
        return Row.shortened(texts);
    }

    private static String hostPort(String address, JsonNode port) {
        var host = address.indexOf(':') < 0 ? address : "[" + address + "]";
        return host + ":" + port.path("port").asLong();
    }

    private static @Nullable Object slice(Row row, String column) {
        return switch (column) {
            case "Ports" -> {
                var ports = Row.each(row.object().path("ports"), "port");
                yield ports.isEmpty() ? "<unset>" : Row.shortened(ports);
            }
            case "Endpoints" -> {
                var addresses = new ArrayList<String>();
                row.object()
                        .path("endpoints")
                        .forEach(endpoint -> addresses.addAll(Row.texts(endpoint.path("addresses"))));
                yield addresses.isEmpty() ? "<unset>" : Row.shortened(addresses);
            }
            default -> null;
        };
    }

    private static @Nullable Object ingress(Row row, String column) {
        return switch (column) {
            case "Class" -> Row.text(row.spec().path("ingressClassName"), Row.NONE);
            case "Hosts" -> {
                var hosts = Row.each(row.spec().path("rules"), "host");
                yield hosts.isEmpty() ? "*" : Row.shortened(hosts);
            }
            case "Address" -> String.join(",", balancer(row));
            case "Ports" -> row.spec().path("tls").isEmpty() ? "80" : "80, 443";
            default -> null;
        };
    }

    private static String parameters(Row row) {
        var parameters = row.spec().path("parameters");
        if (parameters.isMissingNode()) {
            return Row.NONE;
        }
        var group = parameters.path("apiGroup").asText();
        return parameters.path("kind").asText() + (group.isEmpty() ? "" : "." + group) + "/"
                + parameters.path("name").asText();
    }

    private static String parent(Row row) {
        var parent = row.spec().path("parentRef");
        var group = parent.path("group").asText();
        var namespace = parent.path("namespace").asText();
        return parent.path("resource").asText()
                + (group.isEmpty() ? "" : "." + group)
                + (namespace.isEmpty() ? "" : "/" + namespace)
                + "/" + parent.path("name").asText();
    }
}
