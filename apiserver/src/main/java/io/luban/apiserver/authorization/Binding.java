package io.luban.apiserver.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The grants of one binding object. */
record Binding(List<Grant> grants) {
    Binding {
        grants = List.copyOf(grants);
    }

    static Optional<Binding> from(String kind, ObjectNode object) {
        var name = object.path("metadata").path("name").asText("");
        var role = object.path("roleRef");
        var grants = new ArrayList<Grant>();
        for (var subject : object.path("subjects")) {
            subjectName(subject)
                    .ifPresent(subjectName -> grants.add(new Grant(
                            kind,
                            name,
                            role.path("kind").asText(""),
                            role.path("name").asText(""),
                            subject.path("kind").asText(""),
                            subjectName)));
        }
        return grants.isEmpty() ? Optional.empty() : Optional.of(new Binding(grants));
    }

    /** The user or group name that the subject stands for; empty when it can match nobody. */
    private static Optional<String> subjectName(JsonNode subject) {
        var name = subject.path("name").asText("");
        return switch (subject.path("kind").asText("")) {
            case "User", "Group" -> Optional.of(name);
            case "ServiceAccount" -> serviceAccountName(subject, name);
            default -> Optional.empty();
        };
    }

    private static Optional<String> serviceAccountName(JsonNode subject, String name) {
        var namespace = subject.path("namespace").asText("");
        if (namespace.isEmpty()) {
            return Optional.empty();
        }
        return switch (subject.path("apiGroup").asText("")) {
            case "rbac.authorization.k8s.io" -> Optional.of("system:serviceaccount:%s:%s".formatted(namespace, name));
            case "kubesphere.io" -> Optional.of("kubesphere:serviceaccount:%s:%s".formatted(namespace, name));
            default -> Optional.empty();
        };
    }
}
