package io.luban.embeddedkube.reconcile;

import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.model.GroupResource;
import java.util.function.Consumer;

/**
 * Brings one object at a time to where it should be, from what is stored and never from what an event said. An
 * object is never looked at twice at once; {@link #observe} is called from the writing thread and must be quick.
 */
public interface Controller {
    /** Short name for logs. */
    String name();

    /** Whether objects of the resource matter; every stored object of such a resource is observed once at start. */
    boolean concerns(GroupResource resource);

    /** How many objects are looked at side by side, so that one commit serves several of them. */
    default int workers() {
        return 1;
    }

    /** Names the objects that a change asks to look at. */
    void observe(Event event, Consumer<ObjectKey> queue);

    /** Looks at the object; it may be gone. Throws when it must be tried again. */
    Outcome reconcile(ObjectKey key);
}
