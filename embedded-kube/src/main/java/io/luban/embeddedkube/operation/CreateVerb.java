package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.operation.CommitParticipant.PendingWrite;
import io.luban.embeddedkube.registry.ResourceType.Trait;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.StoreConflictException;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.Status;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Creates objects. */
final class CreateVerb {
    private static final int NAME_ATTEMPTS = 8;
    private static final int PREFIX_LENGTH = 58;
    private static final int SUFFIX_LENGTH = 5;

    private final OperationParts parts;
    private final WriteSteps steps;
    private final NamespaceGate namespaces;
    private final FieldOwnership ownership;

    CreateVerb(OperationParts parts) {
        this.parts = parts;
        this.steps = new WriteSteps(parts);
        this.namespaces = new NamespaceGate(parts.store());
        this.ownership = new FieldOwnership(parts.clock());
    }

    Written create(Call call, ObjectNode object) {
        checkBody(call, object);
        return isNameGenerated(object) ? createWithGeneratedName(call, object) : createNamed(call, object);
    }

    /** Creates a body whose identity was checked already. */
    Written createNamed(Call call, ObjectNode object) {
        var named = call.named(Metadata.of(object).name());
        return store(named, object, prepared -> ownership.recordUpdate(named, Optional.empty(), prepared));
    }

    /** The same for a server-side apply, which brings its field ownership along. */
    Written createApplied(Call call, ObjectNode object) {
        return store(call, object, prepared -> {});
    }

    private void checkBody(Call call, ObjectNode object) {
        WriteSteps.requireKind(call, object);
        BodyChecks.namespace(call, object);
        refuseResourceVersion(object);
        namespaces.requireActive(
                call.type(), call.target().namespace(), Metadata.of(object).name());
    }

    private static void refuseResourceVersion(ObjectNode object) {
        var version = Metadata.of(object).text("resourceVersion");
        if (!version.isEmpty() && !version.equals("0")) {
            throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
        }
    }

    private static boolean isNameGenerated(ObjectNode object) {
        var metadata = Metadata.of(object);
        return metadata.name().isEmpty() && !metadata.text("generateName").isEmpty();
    }

    private Written createWithGeneratedName(Call call, ObjectNode object) {
        var prefix = Metadata.of(object).text("generateName");
        var base = prefix.length() > PREFIX_LENGTH ? prefix.substring(0, PREFIX_LENGTH) : prefix;
        String name = "";
        for (int attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
            name = base + parts.ids().suffix(SUFFIX_LENGTH);
            var candidate = object.deepCopy();
            Metadata.of(candidate).set("name", name);
            try {
                return createNamed(call, candidate);
            } catch (ApiException e) {
                if (!e.status().reason().equals("AlreadyExists")) {
                    throw e;
                }
            }
        }
        throw noUniqueName(call, name);
    }

    private Written store(Call call, ObjectNode object, Consumer<ObjectNode> owning) {
        var type = call.type();
        steps.canonicalize(call, object, false);
        initialize(call, object);
        type.rules().setDefaults(object);
        var admission = call.admission(Operation.CREATE, object, Optional.empty(), settling(call, object));
        steps.mutate(admission);
        owning.accept(object);
        validate(call, object);
        type.rules().warnings(object).forEach(call.options().warning());
        MetadataRules.warnings(type, Metadata.of(object), List.of())
                .forEach(call.options().warning());
        steps.review(admission);
        var write = new PendingWrite(Operation.CREATE, type, "", object, Optional.empty(), false);
        steps.complete(write);
        Metadata.of(object).sort();
        if (call.options().dryRun()) {
            steps.abandon(write);
            requireAbsent(call);
            return Written.computed(object, true);
        }
        return Written.stored(type, commit(call, object, write), true);
    }

    /** What plug-ins changed passes through the same steps, and keeps the identity that the object has got by then. */
    private static UnaryOperator<ObjectNode> settling(Call call, ObjectNode object) {
        var initial = Json.object();
        initial.set("metadata", Metadata.of(object).node().deepCopy());
        return changed -> {
            WriteSteps.recanonicalize(call, changed);
            ObjectPart.keepSystemMetadata(changed, initial);
            if (call.type().has(Trait.STATUS_SUBRESOURCE)) {
                changed.remove("status");
            }
            call.type().rules().setDefaults(changed);
            return changed;
        };
    }

    /** What the server alone decides about a new object. */
    private void initialize(Call call, ObjectNode object) {
        var metadata = Metadata.of(object);
        for (var member : List.of(
                "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation")) {
            metadata.remove(member);
        }
        metadata.set("uid", parts.ids().uuid());
        metadata.set("creationTimestamp", Metadata.time(parts.clock().instant()));
        if (call.type().has(Trait.GENERATION)) {
            metadata.node().put("generation", 1);
        }
        if (call.type().has(Trait.STATUS_SUBRESOURCE)) {
            object.remove("status");
        }
    }

    private static void validate(Call call, ObjectNode object) {
        var metadata = Metadata.of(object);
        if (metadata.name().isEmpty()) {
            var problem = StatusCause.required("metadata.name", "name or generateName is required");
            WriteSteps.refuseInvalid(call.type(), "", List.of(problem));
        }
        var problems = new ArrayList<>(MetadataRules.check(call.type(), metadata));
        problems.addAll(call.type().rules().validate(object));
        WriteSteps.refuseInvalid(call.type(), metadata.name(), problems);
    }

    private StoredObject commit(Call call, ObjectNode object, PendingWrite write) {
        var type = call.type();
        var change = new Change.Put(call.key(), Change.ABSENT, WriteSteps.toStored(type, object));
        try {
            return steps.commit(change, write);
        } catch (StoreConflictException e) {
            if (e.key().equals(call.key())) {
                throw alreadyExists(call);
            }
            throw e;
        }
    }

    private void requireAbsent(Call call) {
        if (parts.store().get(call.key()).isPresent()) {
            throw alreadyExists(call);
        }
    }

    /** Whoever replaces an object that is on its way out should hear that waiting helps. */
    private ApiException alreadyExists(Call call) {
        var refusal =
                ApiException.alreadyExists(call.type().resource(), call.target().name());
        boolean isGoing =
                parts.store().get(call.key()).map(StoredObject::isTerminating).orElse(false);
        if (!isGoing) {
            return refusal;
        }
        var status = refusal.status();
        return new ApiException(new Status(
                status.code(), status.reason(), "object is being deleted: " + status.message(), status.details()));
    }

    private static ApiException noUniqueName(Call call, String name) {
        var resource = call.type().resource();
        var message = "%s \"%s\" already exists, the server was not able to generate a unique name for the object"
                .formatted(resource, name);
        var details = new Status.Details(name, resource.group(), resource.resource(), "", List.of(), 1);
        return new ApiException(new Status(409, "AlreadyExists", message, details));
    }
}
