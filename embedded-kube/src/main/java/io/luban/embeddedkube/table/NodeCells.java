package io.luban.embeddedkube.table;

import java.util.Optional;
import java.util.TreeSet;

/** Cells of nodes. */
final class NodeCells {
    private static final String ROLE = "node-role.kubernetes.io/";

    private NodeCells() {}

    static Optional<Object> cell(Row row, String column) {
        var info = row.status().path("nodeInfo");
        return Optional.ofNullable(
                switch (column) {
                    case "Status" -> status(row);
                    case "Roles" -> roles(row);
                    case "Version" -> info.path("kubeletVersion").asText();
                    case "Internal-IP" -> address(row, "InternalIP");
                    case "External-IP" -> address(row, "ExternalIP");
                    case "OS-Image" -> Row.text(info.path("osImage"), "<unknown>");
                    case "Kernel-Version" -> Row.text(info.path("kernelVersion"), "<unknown>");
                    case "Container-Runtime" -> Row.text(info.path("containerRuntimeVersion"), "<unknown>");
                    default -> null;
                });
    }

    private static String status(Row row) {
        var ready = "Unknown";
        for (var condition : row.status().path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                ready = condition.path("status").asText().equals("True") ? "Ready" : "NotReady";
            }
        }
        return row.spec().path("unschedulable").asBoolean() ? ready + ",SchedulingDisabled" : ready;
    }

    private static String roles(Row row) {
        var roles = new TreeSet<String>();
        row.metadata().path("labels").properties().forEach(label -> {
            if (label.getKey().startsWith(ROLE) && label.getKey().length() > ROLE.length()) {
                roles.add(label.getKey().substring(ROLE.length()));
            }
        });
        return roles.isEmpty() ? Row.NONE : String.join(",", roles);
    }

    private static String address(Row row, String type) {
        for (var address : row.status().path("addresses")) {
            if (address.path("type").asText().equals(type)) {
                return address.path("address").asText();
            }
        }
        return Row.NONE;
    }
}
