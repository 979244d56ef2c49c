package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.bootstrap.NamespaceContent;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Empties namespaces that are being deleted and then lets them go. Every end of an object in such a namespace leads to
 * another look, so that nothing is polled.
 */
public final class NamespaceDeletion implements Controller {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final GroupResource API_SERVICES = new GroupResource("apiregistration.k8s.io", "apiservices");
    private static final String FINALIZER = "kubernetes";
    private static final int DELETIONS_AT_ONCE = 32;
    private static final Duration TIME_FOR_STRAGGLERS = Duration.ofMillis(400);

    private final Cluster cluster;
    private final Set<String> terminating = ConcurrentHashMap.newKeySet();
    private final Map<String, Instant> settling = new ConcurrentHashMap<>();

    /** Empties namespaces of that cluster. */
    public NamespaceDeletion(Cluster cluster) {
        this.cluster = cluster.as("namespace-controller");
    }

    @Override
    public String name() {
        return "namespace-deletion";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return true;
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        if (key.resource().equals(NAMESPACES)) {
            observeNamespace(event, queue);
        } else if (!key.namespace().isEmpty() && terminating.contains(key.namespace())) {
            queue.accept(new ObjectKey(NAMESPACES, "", key.namespace()));
        }
    }

    private void observeNamespace(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        if (event.type() == Event.Type.DELETED) {
            terminating.remove(key.name());
            settling.remove(key.name());
        } else if (event.object().isTerminating()) {
            terminating.add(key.name());
            queue.accept(key);
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var namespace = cluster.get(key);
        if (namespace.isEmpty()
                || !Trees.isTerminating(namespace.get())
                || !Trees.items(Trees.at(namespace.get(), "spec", "finalizers")).contains(FINALIZER)) {
            return Outcome.done();
        }
        var found = content(key.name());
        var failures = deleteAll(found);
        var rest = content(key.name());
        if (rest.isEmpty()) {
            return release(key, found);
        }
        var silent = silentApis();
        cluster.modify(key, "status", live -> withConditions(live, rest, failures, silent));
        if (!failures.isEmpty()) {
            throw ApiException.internal(failures.getFirst());
        }
        return Outcome.done();
    }

    /**
     * A namespace in use stays for a moment after it was emptied, so that a write which was let in just before the deletion
     * is found as well and nobody sees the name free while clients still write to it.
     */
    private Outcome release(ObjectKey key, List<StoredObject> lastFound) {
        if (lastFound.stream().anyMatch(object -> !isGivenToEveryNamespace(object))) {
            settling.put(key.name(), cluster.now().plus(TIME_FOR_STRAGGLERS));
        }
        var wait = Duration.between(cluster.now(), settling.getOrDefault(key.name(), Instant.EPOCH));
        if (wait.isPositive()) {
            return Outcome.again(wait);
        }
        cluster.modify(key, "finalize", NamespaceDeletion::withoutFinalizer);
        return Outcome.done();
    }

    private static boolean isGivenToEveryNamespace(StoredObject object) {
        var name = object.key().name();
        return switch (object.key().resource().resource()) {
            case "serviceaccounts" -> name.equals(NamespaceContent.DEFAULT_ACCOUNT);
            case "configmaps" -> name.equals(NamespaceContent.ROOT_CERTIFICATE);
            default -> false;
        };
    }

    private List<StoredObject> content(String namespace) {
        var result = new ArrayList<StoredObject>();
        for (var resource : cluster.store().resources()) {
            cluster.store().snapshot(resource).inNamespace(namespace).forEach(result::add);
        }
        return result;
    }

    /** Deletes side by side, so that one commit serves many; answers what went wrong. */
    private List<String> deleteAll(List<StoredObject> objects) {
        var failures = new ConcurrentLinkedQueue<String>();
        var permits = new Semaphore(DELETIONS_AT_ONCE);
        var threads = new ArrayList<Thread>();
        for (var object : objects) {
            if (!object.isTerminating() || object.key().resource().resource().equals("pods")) {
                threads.add(Thread.ofVirtual().start(() -> delete(object, permits, failures)));
            }
        }
        try {
            for (var thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.copyOf(failures);
    }

    private void delete(StoredObject object, Semaphore permits, ConcurrentLinkedQueue<String> failures) {
        permits.acquireUninterruptibly();
        try {
            cluster.delete(object.key(), object.uid());
        } catch (ApiException e) {
            failures.add(e.status().message());
        } finally {
            permits.release();
        }
    }

    private static ObjectNode withoutFinalizer(ObjectNode namespace) {
        var spec = Trees.ensure(namespace, "spec");
        var rest = Trees.items(spec.path("finalizers"));
        rest.remove(FINALIZER);
        rest.forEach(spec.putArray("finalizers")::add);
        if (rest.isEmpty()) {
            spec.putArray("finalizers");
        }
        return namespace;
    }

    /** Groups of other servers that do not answer; what they keep cannot be seen, but holds no namespace up. */
    private List<String> silentApis() {
        return cluster.list(API_SERVICES, "").stream()
                .filter(api -> Trees.at(api, "spec", "service").isObject() && !Conditions.isTrue(api, "Available"))
                .map(api -> Trees.text(api, "spec", "group") + "/" + Trees.text(api, "spec", "version"))
                .sorted()
                .toList();
    }

    private ObjectNode withConditions(
            ObjectNode namespace, List<StoredObject> rest, List<String> failures, List<String> silent) {
        var status = Trees.ensure(namespace, "status");
        Conditions.set(status, discovery(silent), cluster.now());
        for (var condition : conditions(rest, failures)) {
            Conditions.set(status, condition, cluster.now());
        }
        return namespace;
    }

    private static Condition discovery(List<String> silent) {
        var type = "NamespaceDeletionDiscoveryFailure";
        if (silent.isEmpty()) {
            return new Condition(type, false, "ResourcesDiscovered", "All resources successfully discovered");
        }
        var groups = silent.stream()
                .map(group -> group + ": stale GroupVersion discovery: " + group)
                .collect(Collectors.joining(", "));
        return new Condition(
                type,
                true,
                "DiscoveryFailed",
                "Discovery failed for some groups, %d failing: unable to retrieve the complete list of server APIs: %s"
                        .formatted(silent.size(), groups));
    }

    private static List<Condition> conditions(List<StoredObject> rest, List<String> failures) {
        var remaining = counted(rest.stream()
                .map(object -> object.key().resource().resource() + "."
                        + object.key().resource().group())
                .toList());
        var finalizers = counted(rest.stream()
                .flatMap(object -> Trees.items(Trees.at(object.tree(), "metadata", "finalizers")).stream())
                .toList());
        return List.of(
                new Condition(
                        "NamespaceDeletionGroupVersionParsingFailure",
                        false,
                        "ParsedGroupVersions",
                        "All legacy kube types successfully parsed"),
                failures.isEmpty()
                        ? new Condition(
                                "NamespaceDeletionContentFailure",
                                false,
                                "ContentDeleted",
                                "All content successfully deleted, may be waiting on finalization")
                        : new Condition(
                                "NamespaceDeletionContentFailure",
                                true,
                                "ContentDeletionFailed",
                                "Failed to delete all resource types, %d remaining: %s"
                                        .formatted(failures.size(), failures.getFirst())),
                new Condition(
                        "NamespaceContentRemaining",
                        true,
                        "SomeResourcesRemain",
                        "Some resources are remaining: " + listed(remaining, "%s has %d resource instances")),
                finalizers.isEmpty()
                        ? new Condition(
                                "NamespaceFinalizersRemaining",
                                false,
                                "ContentHasNoFinalizers",
                                "All content-preserving finalizers finished")
                        : new Condition(
                                "NamespaceFinalizersRemaining",
                                true,
                                "SomeFinalizersRemain",
                                "Some content in the namespace has finalizers remaining: "
                                        + listed(finalizers, "%s in %d resource instances")));
    }

    private static Map<String, Integer> counted(List<String> names) {
        var result = new TreeMap<String, Integer>();
        names.forEach(name -> result.merge(name, 1, Integer::sum));
        return result;
    }

    private static String listed(Map<String, Integer> counts, String format) {
        return counts.entrySet().stream()
                .map(entry -> format.formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }
}
