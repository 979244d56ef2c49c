package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.model.ObjectNames;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds every problem of an object's metadata. */
final class MetadataRules {
    private static final int ANNOTATIONS_LIMIT = 262_144;
    private static final int LOOKS = 4;
    private static final int LOOKS_AT_CUSTOM = 3;
    private static final Set<String> STANDARD_FINALIZERS =
            Set.of("orphan", "foregroundDeletion", "kubernetes", "customresourcecleanup.apiextensions.k8s.io");

    private MetadataRules() {}

    /** The rules for a new object. */
    static List<StatusCause> check(ResourceType type, Metadata metadata) {
        var problems = new ArrayList<StatusCause>();
        checkGenerateName(type, metadata, problems);
        NameRules.check(type, metadata.name())
                .forEach(text -> problems.add(StatusCause.invalid("metadata.name", metadata.name(), text)));
        checkNamespace(type, metadata.text("namespace"), problems);
        checkDescription(metadata, problems);
        checkFinalizers(type, metadata.finalizers(), problems);
        return problems;
    }

    /** The rules for a change; what never changes was taken from {@code old} before. */
    static List<StatusCause> checkUpdate(ResourceType type, Metadata metadata, Metadata old) {
        var problems = new ArrayList<StatusCause>();
        checkDescription(metadata, problems);
        repeat(problems, type.custom() ? LOOKS_AT_CUSTOM : LOOKS);
        checkFinalizers(type, metadata.finalizers(), problems);
        if (old.isTerminating()) {
            var added = new ArrayList<>(metadata.finalizers());
            added.removeAll(old.finalizers());
            if (!added.isEmpty()) {
                problems.add(StatusCause.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                                + String.join(
                                        ", ",
                                        added.stream()
                                                .map(MetadataRules::quoted)
                                                .toList()) + "}"));
            }
        }
        return problems;
    }

    private static void checkGenerateName(ResourceType type, Metadata metadata, List<StatusCause> problems) {
        var prefix = metadata.text("generateName");
        if (!prefix.isEmpty()) {
            NameRules.checkPrefix(type, prefix)
                    .forEach(text -> problems.add(StatusCause.invalid("metadata.generateName", prefix, text)));
        }
    }

    private static void checkNamespace(ResourceType type, String namespace, List<StatusCause> problems) {
        if (type.namespaced()) {
            ObjectNames.label(namespace)
                    .forEach(text -> problems.add(StatusCause.invalid("metadata.namespace", namespace, text)));
        } else if (!namespace.isEmpty()) {
            problems.add(StatusCause.forbidden("metadata.namespace", "not allowed on this type"));
        }
    }

    static void checkDescription(Metadata metadata, List<StatusCause> problems) {
        checkLabels(metadata.node().path("labels"), problems);
        checkAnnotations(metadata.node().path("annotations"), problems);
        checkOwners(metadata.node().path("ownerReferences"), problems);
    }

    /** Several layers of kube-apiserver look at the metadata of a change, and each names what it finds as a cause. */
    private static void repeat(List<StatusCause> problems, int times) {
        var once = List.copyOf(problems);
        for (int i = 1; i < times; i++) {
            problems.addAll(once);
        }
    }

    private static void checkLabels(JsonNode labels, List<StatusCause> problems) {
        for (var label : labels.properties()) {
            for (var text : ObjectNames.qualifiedName(label.getKey())) {
                problems.add(StatusCause.invalid("metadata.labels", label.getKey(), text));
            }
            for (var text : ObjectNames.labelValue(label.getValue().asText())) {
                problems.add(
                        StatusCause.invalid("metadata.labels", label.getValue().asText(), text));
            }
        }
    }

    private static void checkAnnotations(JsonNode annotations, List<StatusCause> problems) {
        long size = 0;
        for (var annotation : annotations.properties()) {
            var key = annotation.getKey();
            for (var text : ObjectNames.qualifiedName(key.toLowerCase(Locale.ROOT))) {
                problems.add(StatusCause.invalid("metadata.annotations", key, text));
            }
            size += key.length() + annotation.getValue().asText().length();
        }
        if (size > ANNOTATIONS_LIMIT) {
            problems.add(StatusCause.tooLong("metadata.annotations", ANNOTATIONS_LIMIT));
        }
    }

    private static void checkOwners(JsonNode owners, List<StatusCause> problems) {
        var controllers = new ArrayList<String>();
        for (int i = 0; i < owners.size(); i++) {
            var owner = owners.get(i);
            var path = "metadata.ownerReferences[" + i + "].";
            requireText(owner, path, "apiVersion", "version must not be empty", problems);
            for (var member : List.of("kind", "name", "uid")) {
                requireText(owner, path, member, "must not be empty", problems);
            }
            if (owner.path("controller").asBoolean(false)) {
                controllers.add(
                        owner.path("kind").asText() + "/" + owner.path("name").asText());
            }
        }
        if (controllers.size() > 1) {
            problems.add(StatusCause.invalid(
                    "metadata.ownerReferences",
                    owners,
                    "Only one reference can have Controller set to true. Found \"true\" in references for "
                            + String.join(" and ", controllers)));
        }
    }

    private static void requireText(
            JsonNode owner, String path, String member, String rule, List<StatusCause> problems) {
        if (owner.path(member).asText("").isEmpty()) {
            problems.add(StatusCause.invalid(path + member, "", rule));
        }
    }

    private static void checkFinalizers(ResourceType type, List<String> finalizers, List<StatusCause> problems) {
        for (int i = 0; i < finalizers.size(); i++) {
            var name = finalizers.get(i);
            ObjectNames.qualifiedName(name)
                    .forEach(text -> problems.add(StatusCause.invalid("metadata.finalizers", name, text)));
            if (!type.custom() && isUnqualified(name)) {
                problems.add(StatusCause.invalid(
                        "metadata.finalizers[" + i + "]",
                        name,
                        "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
        if (finalizers.contains("orphan") && finalizers.contains("foregroundDeletion")) {
            problems.add(StatusCause.invalid(
                    "metadata.finalizers",
                    TextNode.valueOf("orphan"),
                    "finalizer orphan and foregroundDeletion cannot be both set"));
        }
    }

    private static boolean isUnqualified(String finalizer) {
        return finalizer.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(finalizer);
    }

    /** What is said about finalizers of custom objects that may be anybody's, unless they were there before. */
    static List<String> warnings(ResourceType type, Metadata metadata, List<String> known) {
        return metadata.finalizers().stream()
                .filter(name -> type.custom() && isUnqualified(name) && !known.contains(name))
                .map(
                        ("metadata.finalizers: \"%s\": prefer a domain-qualified finalizer name including a path (/) to avoid"
                                        + " accidental conflicts with other finalizer writers")::formatted)
                .toList();
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
