package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Keeps the numbered pods of StatefulSets with their claims, and replaces them from the last one down on updates. */
final class StatefulSets implements Controller {
    private final Simulated simulated;
    private final Cluster cluster;
    private final Revisions revisions;
    private final SetClaims claims;
    private final EventRecorder.Source events;

    StatefulSets(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
        this.revisions = new Revisions(cluster);
        this.events = simulated.events("statefulset-controller");
        this.claims = new SetClaims(cluster, events);
    }

    /** What a StatefulSet is to look like: which numbers, and which revision below and above the partition. */
    private record Plan(ObjectNode set, ObjectNode update, ObjectNode current, int first, int end, int partition) {
        ObjectNode revisionOf(int ordinal) {
            return ordinal < partition ? current : update;
        }

        boolean isParallel() {
            return Trees.text(set, "spec", "podManagementPolicy").equals("Parallel");
        }
    }

    @Override
    public String name() {
        return "workload-statefulsets";
    }

    @Override
    public int workers() {
        return Simulated.WORKERS;
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.STATEFUL_SETS) || resource.equals(Kinds.PODS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        simulated.observe(Kinds.STATEFUL_SETS, event, queue);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        return simulated.find(key).map(set -> reconcile(key, set)).orElse(Outcome.done());
    }

    private Outcome reconcile(ObjectKey key, ObjectNode set) {
        var plan = plan(set);
        Optional<ApiException> failure = Optional.empty();
        try {
            var pods = pods(set);
            if (!fill(plan, pods) && !shrink(plan, pods)) {
                replaceOne(plan, pods);
            }
        } catch (ApiException e) {
            failure = Optional.of(e);
            events.warning(set, "FailedCreate", e.status().message());
        }
        claims.keepPolicy(set, plan.end(), pods(set).keySet());
        var readiness = writeStatus(key, plan);
        // Without a rollout under way both are the same.
        var inUse = Set.copyOf(List.of(Trees.name(plan.update()), Trees.name(plan.current())));
        revisions.prune(set, inUse);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return readiness.untilNext().map(Outcome::again).orElse(Outcome.done());
    }

    private Plan plan(ObjectNode set) {
        var update = revisions.current(set, Kinds.STATEFUL_SETS);
        var current = revisions
                .find(set, Trees.text(set, "status", "currentRevision"))
                .orElse(update);
        int first = Trees.at(set, "spec", "ordinals", "start").asInt();
        int end = first + Trees.at(set, "spec", "replicas").asInt(1);
        int partition = Trees.at(set, "spec", "updateStrategy", "rollingUpdate", "partition")
                .asInt();
        return new Plan(set, update, current, first, end, first + partition);
    }

    private NavigableMap<Integer, ObjectNode> pods(ObjectNode set) {
        var result = new TreeMap<Integer, ObjectNode>();
        for (var pod : Dependents.of(cluster, set, Kinds.PODS)) {
            var name = Trees.name(pod);
            var number = name.substring(name.lastIndexOf('-') + 1);
            if (number.matches("[0-9]{1,9}")) {
                result.put(Integer.parseInt(number), pod);
            }
        }
        return result;
    }

    /** Creates what is missing, in order unless all may come at once; answers whether something still has to come. */
    private boolean fill(Plan plan, Map<Integer, ObjectNode> pods) {
        for (int ordinal = plan.first(); ordinal < plan.end(); ordinal++) {
            var pod = pods.get(ordinal);
            if (pod == null) {
                create(plan, ordinal);
            } else if (Simulated.isFinished(pod)) {
                delete(plan.set(), pod);
            }
            boolean isAvailable = pod != null && Readiness.isAvailable(pod, plan.set(), cluster.now());
            if (!plan.isParallel() && !isAvailable) {
                return true;
            }
        }
        return false;
    }

    private boolean shrink(Plan plan, NavigableMap<Integer, ObjectNode> pods) {
        var surplus = pods.descendingMap().entrySet().stream()
                .filter(entry -> entry.getKey() < plan.first() || entry.getKey() >= plan.end())
                .map(Map.Entry::getValue)
                .toList();
        surplus.stream()
                .limit(plan.isParallel() ? surplus.size() : 1)
                .filter(pod -> !Trees.isTerminating(pod))
                .forEach(pod -> delete(plan.set(), pod));
        return !surplus.isEmpty();
    }

    /** The last outdated pod goes once all those after it are available again. */
    private void replaceOne(Plan plan, NavigableMap<Integer, ObjectNode> pods) {
        if (Trees.text(plan.set(), "spec", "updateStrategy", "type").equals("OnDelete")) {
            return;
        }
        for (var entry : pods.descendingMap().entrySet()) {
            if (entry.getKey() < plan.partition()) {
                return;
            }
            if (!isOf(entry.getValue(), Trees.name(plan.update()))) {
                delete(plan.set(), entry.getValue());
                return;
            }
            if (!Readiness.isAvailable(entry.getValue(), plan.set(), cluster.now())) {
                return;
            }
        }
    }

    private void create(Plan plan, int ordinal) {
        var set = plan.set();
        var name = Trees.name(set) + "-" + ordinal;
        var revision = plan.revisionOf(ordinal);
        var labels = Map.of(
                Revisions.LABEL,
                Trees.name(revision),
                "apps.kubernetes.io/pod-index",
                Integer.toString(ordinal),
                "statefulset.kubernetes.io/pod-name",
                name);
        var pod = Simulated.pod(set, Revisions.template(revision), name, labels);
        var spec = Trees.ensure(pod, "spec");
        spec.put("hostname", name);
        var service = Trees.text(set, "spec", "serviceName");
        if (!service.isEmpty()) {
            spec.put("subdomain", service);
        }
        claims.add(set, name, spec);
        if (cluster.create(Kinds.PODS, pod).isPresent()) {
            tell(set, "SuccessfulCreate", "create Pod %s in StatefulSet %s successful", name);
        }
    }

    private Readiness writeStatus(ObjectKey key, Plan plan) {
        var set = plan.set();
        var pods = pods(set).values().stream()
                .filter(pod -> !Simulated.isFinished(pod))
                .toList();
        var readiness = Readiness.of(pods, set, cluster.now());
        var update = Trees.name(plan.update());
        int updated = (int) pods.stream().filter(pod -> isOf(pod, update)).count();
        int wanted = plan.end() - plan.first();
        long generation = Trees.at(set, "metadata", "generation").asLong();
        boolean isComplete = updated == pods.size() && updated == wanted && readiness.ready() == wanted;
        simulated.writeStatus(key, status -> {
            var current = isComplete ? update : Trees.name(plan.current());
            int ofCurrent =
                    (int) pods.stream().filter(pod -> isOf(pod, current)).count();
            status.put("observedGeneration", generation)
                    .put("replicas", pods.size())
                    .put("readyReplicas", readiness.ready())
                    .put("availableReplicas", readiness.available())
                    .put("currentReplicas", ofCurrent)
                    .put("updatedReplicas", updated)
                    .put("currentRevision", current)
                    .put("updateRevision", update);
            if (!status.has("collisionCount")) {
                status.put("collisionCount", 0);
            }
        });
        return readiness;
    }

    private void delete(ObjectNode set, ObjectNode pod) {
        if (!Trees.isTerminating(pod)) {
            cluster.delete(Cluster.key(Kinds.PODS, pod), Trees.uid(pod));
            tell(set, "SuccessfulDelete", "delete Pod %s in StatefulSet %s successful", Trees.name(pod));
        }
    }

    private void tell(ObjectNode set, String reason, String format, String pod) {
        events.normal(set, reason, format.formatted(pod, Trees.name(set)));
    }

    private static boolean isOf(JsonNode pod, String revision) {
        return Trees.labels(pod).getOrDefault(Revisions.LABEL, "").equals(revision);
    }
}
