package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import java.time.Instant;
import java.util.List;

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
        if (definition.isTerminating() && Conditions.isTrue(object, "Terminating")) {
            // what the clean-up has found out since stays
            return;
        }
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
        return definition.isRefused()
                && NameClaims.of(definition, others).conflict().isEmpty();
    }

    private void acceptNames(Definition definition, ObjectNode status) {
        var names = NameClaims.of(definition, others);
        status.set("acceptedNames", names.accepted());
        var conflict = names.conflict();
        if (conflict.isPresent()) {
            Conditions.set(status, conflict.get(), now);
            if (!definition.isEstablished()) {
                Conditions.set(
                        status, new Condition("Established", false, "NotAccepted", "not all names are accepted"), now);
            }
            return;
        }
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
}
