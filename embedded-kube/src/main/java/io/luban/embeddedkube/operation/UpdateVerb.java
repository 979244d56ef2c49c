package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.apply.ManagedFields;
import io.luban.embeddedkube.operation.CommitParticipant.PendingWrite;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.registry.ResourceType.Trait;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Changes objects: whole replacements, patches, server-side applies, and their subresources. */
final class UpdateVerb {
    private static final String MODIFIED =
            "the object has been modified; please apply your changes to the latest version and try again";

    private final OperationParts parts;
    private final WriteSteps steps;
    private final CreateVerb creates;
    private final FieldOwnership ownership;

    UpdateVerb(OperationParts parts, CreateVerb creates) {
        this.parts = parts;
        this.steps = new WriteSteps(parts);
        this.creates = creates;
        this.ownership = new FieldOwnership(parts.clock());
    }

    /** PUT: {@code object} takes the place of what is stored, or is created where the type allows that. */
    Written replace(Call call, ObjectNode object) {
        if (!isScale(call)) {
            WriteSteps.requireKind(call, object);
        }
        BodyChecks.name(call, object);
        BodyChecks.namespace(call, object);
        if (parts.store().get(call.key()).isEmpty() && createsOnUpdate(call)) {
            Metadata.of(object).remove("resourceVersion");
            return creates.create(call, object);
        }
        requireVersion(call, object);
        return retrying(call, live -> attempt(call, live, old -> object.deepCopy(), Style.REPLACE));
    }

    /** PATCH and read-modify-write: {@code change} gets a copy of the current object and answers the new one. */
    Written modify(Call call, UnaryOperator<ObjectNode> change) {
        return retrying(call, live -> attempt(call, live, change, Style.PATCH));
    }

    /** Server-side apply; creates a missing object. */
    Written apply(Call call, ObjectNode applied) {
        var subresource = call.target().subresource();
        if (parts.store().get(call.key()).isEmpty() && subresource.isEmpty()) {
            return createApplied(call, applied);
        }
        var body = isScale(call) ? ScaleView.applied(call.type(), applied) : applied;
        return retrying(call, live -> attempt(call, live, old -> merge(call, Optional.of(old), body), Style.APPLY));
    }

    private enum Style {
        REPLACE,
        PATCH,
        APPLY
    }

    private static boolean isScale(Call call) {
        return call.target().subresource().equals("scale");
    }

    private boolean createsOnUpdate(Call call) {
        return call.type().has(Trait.CREATE_ON_UPDATE)
                && call.target().subresource().isEmpty();
    }

    private static void requireVersion(Call call, ObjectNode object) {
        if (call.type().has(Trait.VERSION_REQUIRED_ON_UPDATE)
                && Metadata.of(object).text("resourceVersion").isEmpty()) {
            var cause = StatusCause.invalid(
                    "metadata.resourceVersion", IntNode.valueOf(0), "must be specified for an update");
            WriteSteps.refuseInvalid(call.type(), call.target().name(), List.of(cause));
        }
    }

    private Written createApplied(Call call, ObjectNode applied) {
        var uid = Metadata.of(applied).text("uid");
        if (!uid.isEmpty()) {
            throw ApiException.conflict(
                    call.type().resource(),
                    call.target().name(),
                    "uid mismatch: the provided object specified uid %s, and no existing object was found"
                            .formatted(uid));
        }
        BodyChecks.namespace(call, applied);
        new NamespaceGate(parts.store())
                .requireActive(
                        call.type(), call.target().namespace(), call.target().name());
        return creates.createApplied(call, merge(call, Optional.empty(), applied));
    }

    private ObjectNode merge(Call call, Optional<ObjectNode> live, ObjectNode applied) {
        var merged = ownership.apply(call, live, applied);
        if (Metadata.of(merged).name().isEmpty()) {
            Metadata.of(merged).set("name", call.target().name());
        }
        return merged;
    }

    /** One try against a known version. */
    @FunctionalInterface
    private interface Attempt {
        Written on(StoredObject live);
    }

    private Written retrying(Call call, Attempt attempt) {
        var resource = call.type().resource();
        var name = call.target().name();
        return Retries.onConflict(
                () -> attempt.on(
                        parts.store().get(call.key()).orElseThrow(() -> ApiException.notFound(resource, name))),
                () -> ApiException.conflict(resource, name, MODIFIED));
    }

    private Written attempt(Call call, StoredObject live, UnaryOperator<ObjectNode> change, Style style) {
        var type = call.type();
        var old = WriteSteps.toServed(type, live);
        var updated = changed(call, old, change, style);
        checkPreconditions(call, updated, old, style);
        var object = prepare(call, updated, old, style);
        if (type.conversion().isCurrent(live) && Json.sameValue(object, old)) {
            return answer(call, live);
        }
        return commit(call, live, object, old);
    }

    private static ObjectNode changed(Call call, ObjectNode old, UnaryOperator<ObjectNode> change, Style style) {
        if (style == Style.APPLY || !isScale(call)) {
            return change.apply(old.deepCopy());
        }
        var scale = change.apply(ScaleView.of(call.type(), old));
        var object = old.deepCopy();
        ScaleView.write(call.type(), scale, object);
        var version = Metadata.of(scale).text("resourceVersion");
        Metadata.of(object).set("resourceVersion", version);
        return object;
    }

    private static void checkPreconditions(Call call, ObjectNode updated, ObjectNode old, Style style) {
        if (style != Style.REPLACE) {
            BodyChecks.kind(call.type(), updated);
            BodyChecks.name(call, updated);
            BodyChecks.namespace(call, updated);
        }
        var metadata = Metadata.of(updated);
        var stored = Metadata.of(old);
        var resource = call.type().resource();
        var uid = metadata.text("uid");
        if (!uid.isEmpty() && !uid.equals(stored.text("uid"))) {
            if (style != Style.REPLACE) {
                var cause = StatusCause.invalid("metadata.uid", uid, "field is immutable");
                WriteSteps.refuseInvalid(call.type(), call.target().name(), List.of(cause));
            }
            throw ApiException.conflict(
                    resource,
                    call.target().name(),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, stored.text("uid")));
        }
        var version = metadata.text("resourceVersion");
        if (!version.isEmpty() && !version.equals(stored.text("resourceVersion"))) {
            throw ApiException.conflict(resource, call.target().name(), MODIFIED);
        }
    }

    private ObjectNode prepare(Call call, ObjectNode updated, ObjectNode old, Style style) {
        var type = call.type();
        var part = isScale(call) ? ObjectPart.SPEC : ObjectPart.of(call.target().subresource());
        steps.canonicalize(call, updated, style == Style.PATCH);
        var object = settled(call, part, updated, old);
        mutate(call, part, object, old);
        if (type.has(Trait.GENERATION) && ObjectPart.isNewGeneration(type, object, old)) {
            Metadata.of(object).node().put("generation", Metadata.of(old).generation() + 1);
        }
        if (style != Style.APPLY) {
            ownership.recordUpdate(call, Optional.of(old), object);
        }
        ManagedFields.keepTimesOfUnchanged(old, object);
        return object;
    }

    private void mutate(Call call, ObjectPart part, ObjectNode object, ObjectNode old) {
        if (!isScale(call)) {
            steps.mutate(call.admission(Operation.UPDATE, object, Optional.of(old), changed -> {
                WriteSteps.recanonicalize(call, changed);
                return settled(call, part, changed, old);
            }));
            return;
        }
        var scale = ScaleView.of(call.type(), object);
        var before = scale.path("spec").deepCopy();
        steps.mutate(call.admission(Operation.UPDATE, scale, Optional.of(ScaleView.of(call.type(), old))));
        if (!scale.path("spec").equals(before)) {
            ScaleView.write(call.type(), scale, object);
        }
    }

    /** The validating side of admission sees what the client wrote: the scale, or the object. */
    private void review(Call call, ObjectNode object, ObjectNode old) {
        UnaryOperator<ObjectNode> seen =
                isScale(call) ? whole -> ScaleView.of(call.type(), whole) : UnaryOperator.identity();
        steps.review(call.admission(Operation.UPDATE, seen.apply(object), Optional.of(seen.apply(old))));
    }

    /** The object with defaults, and with what is stored wherever the call does not reach. */
    private static ObjectNode settled(Call call, ObjectPart part, ObjectNode updated, ObjectNode old) {
        var object = part.confine(call.type(), updated, old);
        ObjectPart.keepSystemMetadata(object, old);
        setDefaults(call.type(), object);
        return object;
    }

    /** The finalizers of a namespace are a default of its creation alone; later they come off one by one. */
    private static void setDefaults(ResourceType type, ObjectNode object) {
        var finalizers = object.path("spec").path("finalizers").deepCopy();
        type.rules().setDefaults(object);
        if (NamespaceGate.isNamespaces(type)) {
            var spec = object.withObjectProperty("spec");
            if (finalizers.isEmpty()) {
                spec.remove("finalizers");
            } else {
                spec.set("finalizers", finalizers);
            }
        }
    }

    private Written commit(Call call, StoredObject live, ObjectNode object, ObjectNode old) {
        var type = call.type();
        validate(call, object, old);
        warn(call, object, old);
        review(call, object, old);
        boolean removes = isFinished(type, object);
        var write = new PendingWrite(
                Operation.UPDATE, type, call.target().subresource(), object, Optional.of(old), removes);
        steps.complete(write);
        Metadata.of(object).sort();
        if (call.options().dryRun()) {
            steps.abandon(write);
            return answerComputed(call, object);
        }
        if (removes) {
            steps.commit(new Change.Delete(call.key(), live.revision()), write);
            return answerComputed(call, object);
        }
        var change = new Change.Put(call.key(), live.revision(), WriteSteps.toStored(type, object));
        return answer(call, steps.commit(change, write));
    }

    /** Pods change by the hands of controllers, who do not read warnings. */
    private static void warn(Call call, ObjectNode object, ObjectNode old) {
        var type = call.type();
        MetadataRules.warnings(type, Metadata.of(object), Metadata.of(old).finalizers())
                .forEach(call.options().warning());
        boolean isNew = Metadata.of(object).generation() != Metadata.of(old).generation();
        if (isNew && !type.resource().toString().equals("pods")) {
            type.rules().warnings(object).forEach(call.options().warning());
        }
    }

    private static void validate(Call call, ObjectNode object, ObjectNode old) {
        var rules = call.type().rules();
        var problems = new ArrayList<>(MetadataRules.checkUpdate(call.type(), Metadata.of(object), Metadata.of(old)));
        problems.addAll(rules.validatePart(call.target().subresource(), object, old));
        WriteSteps.refuseInvalid(call.type(), call.target().name(), problems);
    }

    /** Whether nothing holds a terminating object any more. */
    private static boolean isFinished(ResourceType type, ObjectNode object) {
        var metadata = Metadata.of(object);
        if (!metadata.isTerminating() || !metadata.finalizers().isEmpty()) {
            return false;
        }
        if (NamespaceGate.isNamespaces(type)) {
            return object.path("spec").path("finalizers").isEmpty();
        }
        return metadata.gracePeriodSeconds().orElse(0L) == 0;
    }

    private static Written answer(Call call, StoredObject stored) {
        if (isScale(call)) {
            return answerComputed(call, WriteSteps.toServed(call.type(), stored));
        }
        return Written.stored(call.type(), stored, false);
    }

    private static Written answerComputed(Call call, ObjectNode object) {
        return Written.computed(isScale(call) ? ScaleView.of(call.type(), object) : object, false);
    }
}
