package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Keeps the numbered pods of StatefulSets with their claims, and replaces them from the last one down on updates. */
final class StatefulSets implements Controller {
    private static final String REVISION = "controller-revision-hash";

    private final Simulated simulated;
    private final Cluster cluster;

    StatefulSets(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
    }

    @Override
    public String name() {
        return "simulated-statefulsets";
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
        simulated.find(key).ifPresent(set -> reconcile(key, set));
        return Outcome.done();
    }

    private void reconcile(ObjectKey key, ObjectNode set) {
        var revision = Trees.name(set) + "-" + TemplateHash.of(Trees.at(set, "spec", "template"));
        keepRevision(set, revision);
        var pods = pods(set);
        int first = Trees.at(set, "spec", "ordinals", "start").asInt();
        int end = first + Trees.at(set, "spec", "replicas").asInt(1);
        if (!fill(set, revision, pods, first, end)) {
            boolean isShrinking = shrink(pods, first, end);
            if (!isShrinking) {
                replaceOne(set, revision, pods);
            }
        }
        writeStatus(key, set, revision);
    }

    private NavigableMap<Integer, ObjectNode> pods(ObjectNode set) {
        var result = new TreeMap<Integer, ObjectNode>();
        for (var pod : cluster.owned(set, Kinds.PODS)) {
            var name = Trees.name(pod);
            result.put(Integer.parseInt(name.substring(name.lastIndexOf('-') + 1)), pod);
        }
        return result;
    }

    /** Creates what is missing, in order unless all may come at once; answers whether something still has to come. */
    private boolean fill(ObjectNode set, String revision, Map<Integer, ObjectNode> pods, int first, int end) {
        boolean isParallel = Trees.text(set, "spec", "podManagementPolicy").equals("Parallel");
        for (int ordinal = first; ordinal < end; ordinal++) {
            var pod = pods.get(ordinal);
            if (pod == null) {
                create(set, revision, ordinal);
            }
            if (!isParallel && (pod == null || !Conditions.isTrue(pod, "Ready"))) {
                return true;
            }
        }
        return false;
    }

    private boolean shrink(Map<Integer, ObjectNode> pods, int first, int end) {
        var surplus = pods.entrySet().stream()
                .filter(entry -> entry.getKey() < first || entry.getKey() >= end)
                .map(Map.Entry::getValue)
                .toList();
        surplus.forEach(this::delete);
        return !surplus.isEmpty();
    }

    private void replaceOne(ObjectNode set, String revision, NavigableMap<Integer, ObjectNode> pods) {
        if (Trees.text(set, "spec", "updateStrategy", "type").equals("OnDelete")) {
            return;
        }
        int partition = Trees.at(set, "spec", "updateStrategy", "rollingUpdate", "partition")
                .asInt();
        pods.descendingMap().entrySet().stream()
                .filter(entry -> entry.getKey() >= partition && !isOf(entry.getValue(), revision))
                .findFirst()
                .ifPresent(entry -> delete(entry.getValue()));
    }

    private void create(ObjectNode set, String revision, int ordinal) {
        var name = Trees.name(set) + "-" + ordinal;
        var labels = Map.of(
                REVISION,
                revision,
                "apps.kubernetes.io/pod-index",
                Integer.toString(ordinal),
                "statefulset.kubernetes.io/pod-name",
                name);
        var pod = Simulated.pod(set, Trees.at(set, "spec", "template"), name, labels);
        var spec = Trees.ensure(pod, "spec");
        spec.put("hostname", name);
        var service = Trees.text(set, "spec", "serviceName");
        if (!service.isEmpty()) {
            spec.put("subdomain", service);
        }
        for (var template : Trees.at(set, "spec", "volumeClaimTemplates")) {
            addClaim(set, template, name, spec);
        }
        cluster.create(Kinds.PODS, pod);
    }

    private void addClaim(ObjectNode set, JsonNode template, String pod, ObjectNode spec) {
        var volume = Trees.name(template);
        var claimName = volume + "-" + pod;
        var claim = Draft.of("v1", "PersistentVolumeClaim", Trees.namespace(set), claimName)
                .labels(Trees.labels(template))
                .labels(Trees.texts(Trees.at(set, "spec", "selector", "matchLabels")))
                .with("spec", template.path("spec").deepCopy())
                .json();
        if (cluster.get(Cluster.key(Kinds.CLAIMS, claim)).isEmpty()) {
            cluster.create(Kinds.CLAIMS, claim);
        }
        Trees.ensureArray(spec, "volumes")
                .addObject()
                .put("name", volume)
                .putObject("persistentVolumeClaim")
                .put("claimName", claimName);
    }

    private void keepRevision(ObjectNode set, String name) {
        if (cluster.get(Kinds.REVISIONS, Trees.namespace(set), name).isPresent()) {
            return;
        }
        long newest = cluster.owned(set, Kinds.REVISIONS).stream()
                .mapToLong(revision -> revision.path("revision").asLong())
                .max()
                .orElse(0);
        var data = Json.object();
        var template = (ObjectNode) Trees.at(set, "spec", "template").deepCopy();
        template.put("$patch", "replace");
        data.putObject("spec").set("template", template);
        var revision = Draft.of("apps/v1", "ControllerRevision", Trees.namespace(set), name)
                .labels(Trees.texts(Trees.at(set, "spec", "selector", "matchLabels")))
                .controlledBy(set)
                .with("data", data)
                .json();
        cluster.create(Kinds.REVISIONS, revision.put("revision", newest + 1));
    }

    private void writeStatus(ObjectKey key, ObjectNode set, String revision) {
        var pods = pods(set).values();
        int ready = (int)
                pods.stream().filter(pod -> Conditions.isTrue(pod, "Ready")).count();
        int updated = (int) pods.stream().filter(pod -> isOf(pod, revision)).count();
        int wanted = Trees.at(set, "spec", "replicas").asInt(1);
        long generation = Trees.at(set, "metadata", "generation").asLong();
        boolean isComplete = updated == pods.size() && updated == wanted && ready == wanted;
        simulated.writeStatus(key, status -> {
            var before = Optional.of(Trees.text(status, "currentRevision")).filter(text -> !text.isEmpty());
            var current = isComplete ? revision : before.orElse(revision);
            int ofCurrent =
                    (int) pods.stream().filter(pod -> isOf(pod, current)).count();
            status.put("observedGeneration", generation);
            status.put("replicas", pods.size());
            put(status, "readyReplicas", ready);
            status.put("availableReplicas", ready);
            put(status, "currentReplicas", ofCurrent);
            put(status, "updatedReplicas", updated);
            status.put("currentRevision", current).put("updateRevision", revision);
            status.put("collisionCount", 0);
        });
    }

    private void delete(ObjectNode pod) {
        cluster.delete(Cluster.key(Kinds.PODS, pod), Trees.uid(pod));
    }

    private static boolean isOf(JsonNode pod, String revision) {
        return Trees.labels(pod).getOrDefault(REVISION, "").equals(revision);
    }

    private static void put(ObjectNode status, String member, int value) {
        if (value == 0) {
            status.remove(member);
        } else {
            status.put(member, value);
        }
    }
}
