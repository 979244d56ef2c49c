package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.apply.FieldManager;
import io.luban.embeddedkube.apply.ManagedFields;
import io.luban.embeddedkube.apply.ServerSideApply;
import io.luban.embeddedkube.registry.ResourceType.Trait;
import io.luban.model.Json;
import java.time.Clock;
import java.util.Optional;

/** Keeps {@code metadata.managedFields} for the calls of one server. */
final class FieldOwnership {
    private final Clock clock;

    FieldOwnership(Clock clock) {
        this.clock = clock;
    }

    /** Notes in {@code updated} what the caller changed against {@code live}. */
    void recordUpdate(Call call, Optional<ObjectNode> live, ObjectNode updated) {
        ManagedFields.recordUpdate(live, updated, manager(call), context(call));
    }

    /** The object after a server-side apply; a 409 when fields of others would change. */
    ObjectNode apply(Call call, Optional<ObjectNode> live, ObjectNode applied) {
        return ServerSideApply.merge(
                live, reach(call, applied), manager(call), call.options().force(), context(call));
    }

    private ManagedFields.Context context(Call call) {
        var type = call.type();
        return new ManagedFields.Context(type.schema(), clock.instant(), type.conversion()::shown);
    }

    /** The part of a body that its endpoint listens to: nobody owns what is ignored. */
    private static ObjectNode reach(Call call, ObjectNode applied) {
        var body = applied.deepCopy();
        if (call.target().subresource().equals("status")) {
            var confined = Json.object();
            for (var member : new String[] {"apiVersion", "kind", "metadata", "status"}) {
                if (body.has(member)) {
                    confined.set(member, body.get(member));
                }
            }
            Metadata.of(confined).remove("labels");
            return confined;
        }
        if (call.type().has(Trait.STATUS_SUBRESOURCE)) {
            body.remove("status");
        }
        return body;
    }

    private static FieldManager manager(Call call) {
        return new FieldManager(
                call.options().fieldManager(),
                call.type().kind().apiVersion(),
                call.target().subresource());
    }
}
