package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.registry.ResourceType;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A write on its way to the store.
 *
 * @param object the object to be stored, which mutating plug-ins change in place; for deletions the stored object
 * @param old the stored object before the write, empty on create
 * @param subresource empty for the object itself
 * @param remarks takes what others should hear about the write
 * @param settling what the verb does to an object that came from a client: canonical form, defaults, and the stored
 *     values wherever this write does not reach; answers the object, its argument or another one
 */
public record AdmissionRequest(
        Operation operation,
        ResourceType type,
        String subresource,
        String namespace,
        String name,
        ObjectNode object,
        Optional<ObjectNode> old,
        User user,
        boolean dryRun,
        Remarks remarks,
        UnaryOperator<ObjectNode> settling) {
    /** Kinds of writes, spelled as in AdmissionReview. */
    public enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }

    /** Says something in a Warning header. */
    public void warn(String text) {
        remarks.warn(text);
    }

    /**
     * To be called by a plug-in that changed the object on somebody else's advice, or what defaults depend on: the object
     * becomes what it would be if the client had sent it so.
     */
    public void settle() {
        var settled = settling.apply(object);
        if (!settled.equals(object)) {
            object.removeAll();
            object.setAll(settled);
        }
    }
}
