package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.operation.CommitParticipant.PendingWrite;
import io.luban.embeddedkube.operation.WriteOptions.FieldValidation;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.model.ApiException;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;

/** The steps that creates, updates and deletions share. */
final class WriteSteps {
    private final OperationParts parts;

    WriteSteps(OperationParts parts) {
        this.parts = parts;
    }

    /** Canonical form; unknown fields are passed over, warned about or refused, as the client asked. */
    void canonicalize(Call call, ObjectNode object, boolean isPatch) {
        var unknown = new ArrayList<String>();
        call.type().rules().canonicalize(object, unknown::add);
        report(call, unknown, isPatch);
    }

    /**
     * The same for an object that a plug-in changed, whose unknown fields just vanish; it must still be the object that
     * the call is about.
     */
    static void recanonicalize(Call call, ObjectNode object) {
        BodyChecks.kind(call.type(), object);
        BodyChecks.namespace(call, object);
        BodyChecks.name(call, object);
        call.type().rules().canonicalize(object, field -> {});
    }

    /** {@link BodyChecks#kind}, after telling what the body's own version does not know when it is another one. */
    static void requireKind(Call call, ObjectNode object) {
        var version = object.path("apiVersion").asText("");
        if (!version.isEmpty() && !version.equals(call.type().kind().apiVersion())) {
            var unknown = new ArrayList<String>();
            call.type().rules().inspectForeign(object, unknown::add);
            report(call, unknown, false);
        }
        BodyChecks.kind(call.type(), object);
    }

    private static void report(Call call, List<String> unknown, boolean isPatch) {
        if (unknown.isEmpty() || call.options().fieldValidation() == FieldValidation.IGNORE) {
            return;
        }
        var problems = unknown.stream().map("unknown field \"%s\""::formatted).toList();
        if (call.options().fieldValidation() == FieldValidation.WARN) {
            problems.forEach(call.options().warning());
            return;
        }
        throw strictError(call.type(), "strict decoding error: " + String.join(", ", problems), isPatch);
    }

    /** Calls the mutating side of admission. */
    void mutate(AdmissionRequest request) {
        parts.admission().forEach(plugin -> plugin.mutate(request));
    }

    /** Calls the refusing side of admission. */
    void review(AdmissionRequest request) {
        parts.admission().forEach(plugin -> plugin.validate(request));
    }

    /** Fails with every problem at once. */
    static void refuseInvalid(ResourceType type, String name, List<StatusCause> problems) {
        if (!problems.isEmpty()) {
            throw ApiException.invalid(type.kind().group(), type.kind().kind(), name, problems);
        }
    }

    /** Lets participants fill in what only the server writes. */
    void complete(PendingWrite write) {
        boolean isComplete = false;
        try {
            parts.participants().forEach(participant -> participant.complete(write));
            isComplete = true;
        } finally {
            if (!isComplete) {
                abandon(write);
            }
        }
    }

    /** Tells participants that the write will not be committed. */
    void abandon(PendingWrite write) {
        parts.participants().forEach(participant -> participant.abandoned(write));
    }

    /** Writes the change with everything that accompanies it; the answer is the new state of {@code change}. */
    StoredObject commit(Change change, PendingWrite write) {
        var stored = durable(change, write);
        parts.participants().forEach(participant -> participant.committed(write));
        return stored;
    }

    private StoredObject durable(Change change, PendingWrite write) {
        boolean isStored = false;
        try {
            var changes = new ArrayList<Change>();
            changes.add(change);
            parts.participants().forEach(participant -> changes.addAll(participant.accompany(write)));
            var stored = parts.store().commit(changes).getFirst();
            isStored = true;
            return stored;
        } finally {
            if (!isStored) {
                abandon(write);
            }
        }
    }

    /** The stored form of an object in the version of its type. */
    static ObjectNode toStored(ResourceType type, ObjectNode object) {
        return type.conversion().isIdentity() ? object : type.conversion().toStored(object.deepCopy());
    }

    /** A copy of a stored object in the version of its type. */
    static ObjectNode toServed(ResourceType type, StoredObject object) {
        return type.conversion().servedTree(object);
    }

    private static ApiException strictError(ResourceType type, String message, boolean isPatch) {
        if (isPatch) {
            var cause = StatusCause.invalid("patch", TextNode.valueOf("<object>"), message);
            return ApiException.invalid("", "", "", List.of(cause));
        }
        var kind = type.kind();
        return ApiException.badRequest("%s in version \"%s\" cannot be handled as a %s: %s"
                .formatted(kind.kind(), kind.version(), kind.kind(), message));
    }
}
