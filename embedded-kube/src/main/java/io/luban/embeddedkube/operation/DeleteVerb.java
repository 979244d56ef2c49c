package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.operation.CommitParticipant.PendingWrite;
import io.luban.embeddedkube.operation.Operations.Deletion;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.registry.ResourceType.Trait;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Deletes objects, or marks them until their finalizers and grace periods are over. */
final class DeleteVerb {
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final long DEFAULT_GRACE_SECONDS = 30;

    private final OperationParts parts;
    private final WriteSteps steps;

    DeleteVerb(OperationParts parts) {
        this.parts = parts;
        this.steps = new WriteSteps(parts);
    }

    Deletion delete(Call call, DeleteOptions options) {
        var resource = call.type().resource();
        var name = call.target().name();
        NamespaceGate.requireDeletable(call.type(), name);
        return Retries.onConflict(
                () -> {
                    var live = parts.store().get(call.key()).orElseThrow(() -> ApiException.notFound(resource, name));
                    return attempt(call, live, options);
                },
                () -> ApiException.conflict(
                        resource, name, "the object is being changed by others all the time; try again"));
    }

    private Deletion attempt(Call call, StoredObject live, DeleteOptions options) {
        var type = call.type();
        var old = WriteSteps.toServed(type, live);
        checkPreconditions(call, live, options);
        var admission = call.admission(Operation.DELETE, old, Optional.of(old));
        steps.mutate(admission);
        steps.review(admission);
        var object = old.deepCopy();
        mark(type, object, options);
        if (isHeld(type, object)) {
            return keep(call, live, object, old, options);
        }
        var write = new PendingWrite(Operation.DELETE, type, "", object, Optional.of(old), true);
        if (options.dryRun()) {
            return new Deletion(old, true);
        }
        var last = steps.commit(new Change.Delete(call.key(), live.revision()), write);
        return new Deletion(WriteSteps.toServed(type, last), true);
    }

    private static void checkPreconditions(Call call, StoredObject live, DeleteOptions options) {
        var resource = call.type().resource();
        var name = call.target().name();
        options.uidPrecondition().filter(uid -> !uid.equals(live.uid())).ifPresent(uid -> {
            throw ApiException.conflict(
                    resource,
                    name,
                    ("the UID in the precondition (%s) does not match the UID in record (%s)."
                                    + " The object might have been deleted and then recreated")
                            .formatted(uid, live.uid()));
        });
        var actual = Long.toString(live.revision());
        options.versionPrecondition().filter(version -> !version.equals(actual)).ifPresent(version -> {
            throw ApiException.conflict(
                    resource,
                    name,
                    ("the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record (%s)."
                                    + " The object might have been modified")
                            .formatted(version, actual));
        });
    }

    private void mark(ResourceType type, ObjectNode object, DeleteOptions options) {
        var metadata = Metadata.of(object);
        applyPolicy(metadata, options);
        long grace = gracePeriod(type, object, options);
        if (!metadata.isTerminating()) {
            var end = parts.clock().instant().plusSeconds(grace);
            metadata.set("deletionTimestamp", Metadata.time(end));
            metadata.node().put("deletionGracePeriodSeconds", grace);
            if (metadata.generation() > 0) {
                metadata.node().put("generation", metadata.generation() + 1);
            }
        } else if (grace < metadata.gracePeriodSeconds().orElse(0L)) {
            metadata.set(
                    "deletionTimestamp", Metadata.time(parts.clock().instant().plusSeconds(grace)));
            metadata.node().put("deletionGracePeriodSeconds", grace);
        }
        if (NamespaceGate.isNamespaces(type)) {
            object.withObjectProperty("status").put("phase", "Terminating");
        }
    }

    private static void applyPolicy(Metadata metadata, DeleteOptions options) {
        if (options.propagationPolicy().isEmpty()) {
            return;
        }
        var finalizers = new ArrayList<>(metadata.finalizers());
        finalizers.removeAll(List.of(ORPHAN, FOREGROUND));
        switch (options.propagationPolicy().get()) {
            case "Orphan" -> finalizers.add(ORPHAN);
            case "Foreground" -> finalizers.add(FOREGROUND);
            default -> {
                // Background deletion needs no finalizer.
            }
        }
        metadata.setFinalizers(finalizers);
    }

    private static long gracePeriod(ResourceType type, ObjectNode object, DeleteOptions options) {
        if (!type.storage().equals(PODS)) {
            return 0;
        }
        var isUnscheduled = object.path("spec").path("nodeName").asText("").isEmpty();
        var phase = object.path("status").path("phase").asText("");
        if (isUnscheduled || Set.of("Succeeded", "Failed").contains(phase)) {
            return 0;
        }
        long wanted = options.gracePeriodSeconds()
                .orElse(object.path("spec")
                        .path("terminationGracePeriodSeconds")
                        .asLong(DEFAULT_GRACE_SECONDS));
        // less than nothing means as soon as possible, but with a word to the containers
        return wanted < 0 ? 1 : wanted;
    }

    private static boolean isHeld(ResourceType type, ObjectNode object) {
        var metadata = Metadata.of(object);
        var hasNamespaceFinalizers = NamespaceGate.isNamespaces(type)
                && !object.path("spec").path("finalizers").isEmpty();
        return !metadata.finalizers().isEmpty()
                || hasNamespaceFinalizers
                || metadata.gracePeriodSeconds().orElse(0L) > 0;
    }

    private Deletion keep(Call call, StoredObject live, ObjectNode object, ObjectNode old, DeleteOptions options) {
        if (Json.sameValue(object, old) || options.dryRun()) {
            return new Deletion(object, false);
        }
        var type = call.type();
        Metadata.of(object).sort();
        var write = new PendingWrite(Operation.UPDATE, type, "", object, Optional.of(old), false);
        steps.complete(write);
        var change = new Change.Put(call.key(), live.revision(), WriteSteps.toStored(type, object));
        return new Deletion(WriteSteps.toServed(type, steps.commit(change, write)), false);
    }

    /** Whether the deletion of this type answers the object although it is gone. */
    static boolean answersObject(ResourceType type) {
        return type.has(Trait.OBJECT_ON_DELETE);
    }
}
