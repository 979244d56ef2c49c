package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.operation.DeleteOptions;
import io.luban.embeddedkube.operation.Operations;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties out deleted definitions: deletes their instances and, once the last one is gone, releases the definition and lets
 * others have its names. Driven by the events of the store; one virtual thread works while there is something to do.
 */
public final class DefinitionCleanup implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DefinitionCleanup.class);

    private final Store store;
    private final Registry registry;
    private final Operations operations;
    private final CustomResources definitions;
    private final Semaphore wakeUps = new Semaphore(0);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<GroupResource> emptying = ConcurrentHashMap.newKeySet();
    private final AutoCloseable subscription;
    private final Thread worker;

    private DefinitionCleanup(Store store, Registry registry, Operations operations, CustomResources definitions) {
        this.store = store;
        this.registry = registry;
        this.operations = operations;
        this.definitions = definitions;
        this.subscription = store.watchAll(this::notice);
        this.worker = Thread.ofVirtual().name("definition-cleanup").start(this::work);
    }

    /** Begins with what a previous run left unfinished. */
    public static DefinitionCleanup start(
            Store store, Registry registry, Operations operations, CustomResources definitions) {
        var cleanup = new DefinitionCleanup(store, registry, operations, definitions);
        definitions.whenChanged(cleanup.wakeUps::release);
        cleanup.wakeUps.release();
        return cleanup;
    }

    /** Whether deleted definitions are still being emptied. */
    public boolean isWorking() {
        return worker.isAlive();
    }

    private void notice(Event event) {
        if (event.type() == Event.Type.DELETED
                && emptying.contains(event.object().key().resource())) {
            wakeUps.release();
        }
    }

    private void work() {
        while (!closed.get()) {
            try {
                wakeUps.acquire();
                wakeUps.drainPermits();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (!closed.get()) {
                definitions.terminating().forEach(this::empty);
                definitions.acceptable().forEach(this::accept);
            }
        }
    }

    private void empty(Definition definition) {
        try {
            emptying.add(definition.instances());
            deleteInstances(definition);
            if (store.snapshot(definition.instances()).size() == 0) {
                release(definition);
                emptying.remove(definition.instances());
            } else {
                tellWhoHolds(definition);
            }
        } catch (ApiException e) {
            log.atWarn()
                    .addKeyValue("name", definition.name())
                    .addKeyValue("reason", e.status().message())
                    .log("definition could not be emptied");
        }
    }

    private void deleteInstances(Definition definition) {
        // the stored version needs no conversion, whose webhook may be gone before the last object
        var type = registry.find(
                        definition.group(),
                        definition.storageVersion(),
                        definition.instances().resource())
                .or(() -> registry.preferred(definition.instances()));
        if (type.isEmpty()) {
            return;
        }
        for (var instance : store.snapshot(definition.instances()).all()) {
            var target = Operations.Target.of(
                    instance.key().namespace(), instance.key().name());
            try {
                operations.delete(User.SYSTEM, type.get(), target, DeleteOptions.BACKGROUND);
            } catch (ApiException e) {
                // one that is gone already, or that something holds, does not keep the others
                log.atDebug()
                        .addKeyValue("name", instance.key().name())
                        .addKeyValue("reason", e.status().reason())
                        .log("instance not deleted");
            }
        }
    }

    /** The condition of the definition names the finalizers that keep its last instances. */
    private void tellWhoHolds(Definition definition) {
        int count = 0;
        var holders = new TreeMap<String, Integer>();
        for (var instance : store.snapshot(definition.instances()).all()) {
            count++;
            Trees.items(Trees.at(instance.tree(), "metadata", "finalizers"))
                    .forEach(finalizer -> holders.merge(finalizer, 1, Integer::sum));
        }
        if (count == 0) {
            return;
        }
        var who = holders.entrySet().stream()
                .map(holder -> "%s in %d resource instances".formatted(holder.getKey(), holder.getValue()))
                .collect(Collectors.joining(", "));
        var message = "%d instances remaining, finalizers remaining: %s".formatted(count, who);
        modify(new Operations.Target("", definition.name(), "status"), object -> {
            for (var condition : Trees.at(object, "status", "conditions")) {
                if (condition instanceof ObjectNode terminating
                        && Trees.text(terminating, "type").equals("Terminating")) {
                    terminating.put("reason", "InstanceDeletionCheck").put("message", message);
                }
            }
            return object;
        });
    }

    private void release(Definition definition) {
        if (definition.hasFinalizer()) {
            modify(Operations.Target.of("", definition.name()), DefinitionCleanup::withoutFinalizer);
        }
    }

    /** Any write decides about names anew; without what was decided before, this is one. */
    private void accept(Definition definition) {
        try {
            modify(new Operations.Target("", definition.name(), "status"), object -> {
                var status = Trees.ensure(object, "status");
                if (status.remove("conditions") == null) {
                    status.set("acceptedNames", definition.names().deepCopy());
                }
                return object;
            });
        } catch (ApiException e) {
            log.atWarn()
                    .addKeyValue("name", definition.name())
                    .addKeyValue("reason", e.status().message())
                    .log("definition could not take the names that became free");
        }
    }

    private void modify(Operations.Target target, UnaryOperator<ObjectNode> change) {
        Optional<ResourceType> type = registry.find("apiextensions.k8s.io", "v1", Definition.RESOURCE.resource());
        if (type.isPresent()) {
            operations.modify(User.SYSTEM, type.get(), target, change, WriteOptions.of("kube-apiserver"));
        }
    }

    private static ObjectNode withoutFinalizer(ObjectNode object) {
        if (object.path("metadata").path("finalizers") instanceof ArrayNode finalizers) {
            for (int i = finalizers.size() - 1; i >= 0; i--) {
                if (finalizers.get(i).asText().equals(Definition.FINALIZER)) {
                    finalizers.remove(i);
                }
            }
        }
        return object;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            wakeUps.release();
            try {
                subscription.close();
                worker.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException("the watch of the store could not be closed", e);
            }
        }
    }
}
