package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.Remarks;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.registry.ResourceType;
import java.util.function.UnaryOperator;

/**
 * The writing verbs over a store. Besides what {@link Operations} promises it tells the HTTP layer whether an object was
 * created, and hands out the stored bytes so that answers need no second encoding.
 */
public final class StandardOperations implements Operations {
    private final CreateVerb creates;
    private final UpdateVerb updates;
    private final DeleteVerb deletes;

    /** Verbs built from the given parts. */
    public StandardOperations(OperationParts parts) {
        creates = new CreateVerb(parts);
        updates = new UpdateVerb(parts, creates);
        deletes = new DeleteVerb(parts);
    }

    @Override
    public ObjectNode create(User user, ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        return written(user, type, namespace, object, options).tree();
    }

    @Override
    public ObjectNode update(User user, ResourceType type, Target target, ObjectNode object, WriteOptions options) {
        return replaced(user, type, target, object, options).tree();
    }

    @Override
    public ObjectNode modify(
            User user, ResourceType type, Target target, UnaryOperator<ObjectNode> change, WriteOptions options) {
        return modified(user, type, target, change, options).tree();
    }

    @Override
    public ObjectNode apply(User user, ResourceType type, Target target, ObjectNode applied, WriteOptions options) {
        return applied(user, type, target, applied, options).tree();
    }

    @Override
    public Deletion delete(User user, ResourceType type, Target target, DeleteOptions options) {
        return delete(user, type, target, options, Remarks.UNHEARD);
    }

    /** The same with somebody who hears what plug-ins remark. */
    public Deletion delete(User user, ResourceType type, Target target, DeleteOptions options, Remarks remarks) {
        var write = new WriteOptions("delete", WriteOptions.FieldValidation.IGNORE, options.dryRun(), false, remarks);
        return deletes.delete(new Call(user, type, target, write), options);
    }

    /** {@link #create} with its outcome as bytes. */
    public Written written(User user, ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        return creates.create(new Call(user, type, new Target(namespace, "", ""), options), object);
    }

    /** {@link #update} with its outcome as bytes. */
    public Written replaced(User user, ResourceType type, Target target, ObjectNode object, WriteOptions options) {
        return updates.replace(new Call(user, type, target, options), object);
    }

    /** {@link #modify} with its outcome as bytes. */
    public Written modified(
            User user, ResourceType type, Target target, UnaryOperator<ObjectNode> change, WriteOptions options) {
        return updates.modify(new Call(user, type, target, options), change);
    }

    /** {@link #apply} with its outcome as bytes. */
    public Written applied(User user, ResourceType type, Target target, ObjectNode applied, WriteOptions options) {
        return updates.apply(new Call(user, type, target, options), applied);
    }

    /** The {@code autoscaling/v1 Scale} of an object; 404 where the type has none. */
    public ObjectNode scaleOf(ResourceType type, ObjectNode object) {
        return ScaleView.of(type, object);
    }
}
