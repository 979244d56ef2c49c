package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Cells of configuration, access and administration. */
final class OtherCells {
    private static final String UNSET = "<unset>";

    private OtherCells() {}

    static Optional<Object> cell(Row row, String column) {
        return Optional.ofNullable(
                switch (row.kind()) {
                    case "ConfigMap" -> column.equals("Data") ? data(row) : null;
                    case "RoleBinding", "ClusterRoleBinding" -> binding(row, column);
                    case "ResourceQuota" -> quota(row, column);
                    case "CertificateSigningRequest" -> signingRequest(row, column);
                    case "APIService" -> apiService(row, column);
                    case "DaemonSet" ->
                        column.equals("Node Selector") ? Row.labels(row.at("spec.template.spec.nodeSelector")) : null;
                    case "ValidatingAdmissionPolicy" ->
                        column.equals("ParamKind")
                                ? reference(row.spec().path("paramKind"), "apiVersion", "kind")
                                : null;
                    case "ValidatingAdmissionPolicyBinding" ->
                        column.equals("ParamRef") ? reference(row.spec().path("paramRef"), "namespace", "name") : null;
                    case "CSIDriver" -> driver(row, column);
                    case "FlowSchema" -> column.equals("MissingPL") ? "False" : null;
                    default -> null;
                });
    }

    private static Long data(Row row) {
        return (long) row.object().path("data").size()
                + row.object().path("binaryData").size();
    }

    private static @Nullable Object binding(Row row, String column) {
        return switch (column) {
            case "Role" -> {
                var role = row.object().path("roleRef");
                yield role.path("kind").asText() + "/" + role.path("name").asText();
            }
            case "Users" -> subjects(row, "User");
            case "Groups" -> subjects(row, "Group");
            case "ServiceAccounts" -> subjects(row, "ServiceAccount");
            default -> null;
        };
    }

    private static String subjects(Row row, String kind) {
        var names = new ArrayList<String>();
        for (var subject : row.object().path("subjects")) {
            if (subject.path("kind").asText().equals(kind)) {
                var namespace = subject.path("namespace").asText();
                var name = subject.path("name").asText();
                names.add(namespace.isEmpty() ? name : namespace + "/" + name);
            }
        }
        return String.join(", ", names);
    }

    private static @Nullable Object quota(Row row, String column) {
        return switch (column) {
            case "Request" -> amounts(row, resource -> !resource.startsWith("limits."));
            case "Limit" -> amounts(row, resource -> resource.startsWith("limits."));
            default -> null;
        };
    }

    private static String amounts(Row row, Predicate<String> wanted) {
        var texts = new ArrayList<String>();
        row.at("status.hard").properties().forEach(hard -> {
            if (wanted.test(hard.getKey())) {
                var used = Row.text(row.at("status.used").path(hard.getKey()), "0");
                texts.add(hard.getKey() + ": " + used + "/" + hard.getValue().asText());
            }
        });
        return String.join(", ", texts);
    }

    private static @Nullable Object signingRequest(Row row, String column) {
        return switch (column) {
            case "RequestedDuration" -> {
                var seconds = row.spec().path("expirationSeconds");
                yield seconds.isNumber() ? Ages.text(Duration.ofSeconds(seconds.asLong())) : Row.NONE;
            }
            case "Condition" -> {
                var states = new ArrayList<String>();
                for (var state : List.of("Approved", "Denied", "Failed")) {
                    if (row.hasCondition(state, "True")) {
                        states.add(state);
                    }
                }
                if (states.isEmpty()) {
                    states.add("Pending");
                }
                if (!row.status().path("certificate").asText().isEmpty()) {
                    states.add("Issued");
                }
                yield String.join(",", states);
            }
            default -> null;
        };
    }

    private static @Nullable Object apiService(Row row, String column) {
        return switch (column) {
            case "Service" -> {
                var service = row.spec().path("service");
                yield service.isObject() ? reference(service, "namespace", "name") : "Local";
            }
            case "Available" -> available(row);
            default -> null;
        };
    }

    private static String available(Row row) {
        for (var condition : row.status().path("conditions")) {
            if (condition.path("type").asText().equals("Available")) {
                var status = condition.path("status").asText();
                return status.equals("True")
                        ? status
                        : status + " (" + condition.path("reason").asText() + ")";
            }
        }
        return "Unknown";
    }

    private static String reference(JsonNode reference, String first, String second) {
        if (!reference.isObject()) {
            return UNSET;
        }
        var prefix = reference.path(first).asText();
        var name = reference.path(second).asText();
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static @Nullable Object driver(Row row, String column) {
        return switch (column) {
            case "TokenRequests" -> {
                var audiences = Row.each(row.spec().path("tokenRequests"), "audience");
                yield audiences.isEmpty() ? UNSET : String.join(",", audiences);
            }
            case "Modes" -> Row.joined(Row.texts(row.spec().path("volumeLifecycleModes")));
            default -> null;
        };
    }
}
