package io.luban.embeddedkube.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.StoredObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A RoleBinding or ClusterRoleBinding as decisions need it.
 *
 * @param subjects keys of those it is for, each with the words that name them
 */
record Binding(ObjectKey key, Role role, Map<String, String> subjects) {
    /** A role by where it is kept; {@code namespace} is empty for a ClusterRole. */
    record Role(String namespace, String name) {
        String shown() {
            return (namespace.isEmpty() ? "ClusterRole" : "Role") + " \"" + name + "\"";
        }
    }

    static Binding of(StoredObject object) {
        var tree = object.tree();
        var namespace = object.key().namespace();
        var reference = tree.path("roleRef");
        var isClusterRole = reference.path("kind").asText().equals("ClusterRole");
        var role =
                new Role(isClusterRole ? "" : namespace, reference.path("name").asText());
        var subjects = new LinkedHashMap<String, String>();
        for (var subject : tree.path("subjects")) {
            addSubject(subjects, subject);
        }
        return new Binding(object.key(), role, Map.copyOf(subjects));
    }

    static String user(String name) {
        return "u:" + name;
    }

    static String group(String name) {
        return "g:" + name;
    }

    static String serviceAccountUser(String namespace, String name) {
        return "system:serviceaccount:" + namespace + ":" + name;
    }

    private static void addSubject(Map<String, String> subjects, JsonNode subject) {
        var name = subject.path("name").asText();
        switch (subject.path("kind").asText()) {
            case "User" -> subjects.put(user(name), "User \"" + name + "\"");
            case "Group" -> subjects.put(group(name), "Group \"" + name + "\"");
            case "ServiceAccount" -> {
                var namespace = subject.path("namespace").asText();
                var shown = "ServiceAccount \"" + name + "/" + namespace + "\"";
                subjects.put(user(serviceAccountUser(namespace, name)), shown);
            }
            default -> {
                // other kinds stand for nobody
            }
        }
    }

    /** The words that explain a permission of the subject by this binding. */
    String reason(String subject) {
        var binding = key.namespace().isEmpty()
                ? "ClusterRoleBinding \"" + key.name() + "\""
                : "RoleBinding \"" + key.name() + "/" + key.namespace() + "\"";
        return "RBAC: allowed by " + binding + " of " + role.shown() + " to " + subjects.get(subject);
    }
}
