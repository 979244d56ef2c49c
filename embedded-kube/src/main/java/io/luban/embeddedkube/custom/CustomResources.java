package io.luban.embeddedkube.custom;

import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.registry.MutableRegistry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the registry in step with the stored definitions. As a participant of the writing verbs it refuses
 * unusable definitions, completes their status within the commit that stores them and registers their types before the
 * client is answered. Safe for use from
 * any thread; types are rebuilt under one lock and only for definitions that changed.
 */
public final class CustomResources implements CommitParticipant {
    private static final Comparator<ResourceType> BY_VERSION = Comparator.comparing(
                    (ResourceType type) -> type.kind().version(), VersionOrder.PREFERRED_FIRST)
            .thenComparing(type -> type.names().plural());

    private final Store store;
    private final MutableRegistry registry;
    private final DefinedTypes types;
    private final ExpressionSupport expressions;
    private final Clock clock;
    private final ReentrantLock registering = new ReentrantLock();
    private Map<String, Registered> registered = Map.of();
    private volatile Runnable changed = () -> {};

    /** {@code epoch} is the revision at which the types became as they are. */
    private record Registered(long revision, long epoch, Definition definition, List<ResourceType> types) {}

    /** Registers the types of every stored definition. */
    public CustomResources(
            Store store,
            MutableRegistry registry,
            SchemaLibrary library,
            Conversions conversions,
            ExpressionSupport expressions,
            Clock clock) {
        this.expressions = expressions;
        this.store = store;
        this.registry = registry;
        this.types = new DefinedTypes(library.type(SchemaLibrary.OBJECT_META), conversions, expressions);
        this.clock = clock;
        register();
    }

    @Override
    public void complete(PendingWrite write) {
        if (isDefinition(write) && !write.removes()) {
            DefinitionRules.fill(write.object());
            DefinitionRules.require(write.object(), write.old(), expressions);
            new DefinitionStatus(definitions(), clock.instant()).complete(write.object());
        }
    }

    @Override
    public void committed(PendingWrite write) {
        if (isDefinition(write)) {
            register();
            changed.run();
        }
    }

    /** Calls back after every change of a definition, when {@link #terminating} knows of it; one listener at most. */
    void whenChanged(Runnable listener) {
        changed = listener;
    }

    /** Every stored definition that is on its way out. */
    List<Definition> terminating() {
        return definitions().stream().filter(Definition::isTerminating).toList();
    }

    /** Definitions that were refused names which have become free since, or about which nothing was decided yet. */
    List<Definition> acceptable() {
        var all = definitions();
        var status = new DefinitionStatus(all, clock.instant());
        return all.stream()
                .filter(definition -> definition.isUndecided() || status.isFreeNow(definition))
                .toList();
    }

    /** Whether the kinds of all stored definitions are served, but for those whose names belong to others. */
    public boolean isServing() {
        return definitions().stream().allMatch(definition -> definition.isEstablished() || definition.isRefused());
    }

    private static boolean isDefinition(PendingWrite write) {
        return write.type().storage().equals(Definition.RESOURCE);
    }

    private List<Definition> definitions() {
        registering.lock();
        try {
            return registered.values().stream().map(Registered::definition).toList();
        } finally {
            registering.unlock();
        }
    }

    private void register() {
        registering.lock();
        try {
            var current = new HashMap<String, Registered>();
            for (var stored : store.snapshot(Definition.RESOURCE).all()) {
                current.put(stored.key().name(), current(stored));
            }
            if (!current.equals(registered)) {
                registered = Map.copyOf(current);
                registry.replaceCustom(allTypes());
            }
        } finally {
            registering.unlock();
        }
    }

    private Registered current(StoredObject stored) {
        var known = registered.get(stored.key().name());
        if (known != null && known.revision() == stored.revision()) {
            return known;
        }
        var definition = new Definition(stored.tree());
        if (known != null && isSameInEffect(known.definition(), definition)) {
            return new Registered(stored.revision(), known.epoch(), definition, known.types());
        }
        long epoch = known != null && known.definition().spec().equals(definition.spec())
                ? known.epoch()
                : stored.revision();
        return new Registered(stored.revision(), epoch, definition, types.of(definition, epoch));
    }

    private static boolean isSameInEffect(Definition one, Definition other) {
        return one.isEstablished() == other.isEstablished()
                && one.isTerminating() == other.isTerminating()
                && Trees.uid(one.object()).equals(Trees.uid(other.object()))
                && one.spec().equals(other.spec());
    }

    private List<ResourceType> allTypes() {
        var all = new ArrayList<ResourceType>();
        registered.values().forEach(entry -> all.addAll(entry.types()));
        all.sort(BY_VERSION);
        return all;
    }
}
