package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes what the server says about a definition: accepted names, conditions, stored versions and the clean-up finalizer.
 * It happens in the commit of the definition itself, so a definition serves its kind as soon as its creation is answered.
 */
final class DefinitionStatus {
    private final List<Definition> others;
    private final Instant now;

    /** {@code others} are all definitions, the one to be completed possibly among them. */
    DefinitionStatus(List<Definition> others, Instant now) {
        this.others = others;
        this.now = now;
    }

    /** Completes the definition in place. */
    void complete(ObjectNode object) {
        var definition = new Definition(object);
        var status = Trees.ensure(object, "status");
        acceptNames(definition, status);
        storeVersion(definition, status);
        if (definition.isTerminating()) {
            Conditions.set(
                    status,
                    new Condition(
                            "Terminating",
                            true,
                            "InstanceDeletionInProgress",
                            "CustomResource deletion is in progress"),
                    now);
        } else if (!definition.hasFinalizer()) {
            Trees.ensureArray(Trees.ensure(object, "metadata"), "finalizers").add(Definition.FINALIZER);
        }
    }

    /** Whether the names of a definition were refused and nobody has them any more. */
    boolean isFreeNow(Definition definition) {
        return definition.isRefused() && conflict(definition).isEmpty();
    }

    private void acceptNames(Definition definition, ObjectNode status) {
        var conflict = conflict(definition);
        if (conflict.isPresent()) {
            Conditions.set(status, conflict.get(), now);
            if (!definition.isEstablished()) {
                Conditions.set(
                        status, new Condition("Established", false, "NotAccepted", "not all names are accepted"), now);
            }
            return;
        }
        status.set("acceptedNames", definition.names().deepCopy());
        Conditions.set(status, new Condition("NamesAccepted", true, "NoConflicts", "no conflicts found"), now);
        Conditions.set(
                status,
                new Condition("Established", true, "InitialNamesAccepted", "the initial names have been accepted"),
                now);
    }

    private static void storeVersion(Definition definition, ObjectNode status) {
        var versions = Trees.ensureArray(status, "storedVersions");
        if (!Trees.items(versions).contains(definition.storageVersion())) {
            versions.add(definition.storageVersion());
        }
    }

    private Optional<Condition> conflict(Definition definition) {
        var plurals = new HashSet<String>();
        var kinds = new HashSet<String>();
        for (var other : others) {
            if (!other.name().equals(definition.name()) && other.group().equals(definition.group())) {
                var accepted = other.object().path("status").path("acceptedNames");
                plurals.addAll(resourceNames(accepted));
                kinds.add(Trees.text(accepted, "kind"));
                kinds.add(Trees.text(accepted, "listKind"));
            }
        }
        var names = definition.names();
        return taken("Plural", Trees.text(names, "plural"), plurals)
                .or(() -> taken("Singular", Trees.text(names, "singular"), plurals))
                .or(() -> Trees.items(names.path("shortNames")).stream()
                        .flatMap(name -> taken("ShortNames", name, plurals).stream())
                        .findFirst())
                .or(() -> taken("Kind", Trees.text(names, "kind"), kinds))
                .or(() -> taken("ListKind", Trees.text(names, "listKind"), kinds));
    }

    private static List<String> resourceNames(JsonNode names) {
        var all = new ArrayList<>(Trees.items(names.path("shortNames")));
        all.add(Trees.text(names, "plural"));
        all.add(Trees.text(names, "singular"));
        return all;
    }

    private static Optional<Condition> taken(String what, String name, Set<String> names) {
        return !name.isEmpty() && names.contains(name)
                ? Optional.of(
                        new Condition("NamesAccepted", false, what + "Conflict", "\"" + name + "\" is already in use"))
                : Optional.empty();
    }
}
