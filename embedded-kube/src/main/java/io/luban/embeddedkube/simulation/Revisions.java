package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The ControllerRevisions of StatefulSets and DaemonSets: one per pod template, numbered, kept for a while. */
final class Revisions {
    static final String LABEL = "controller-revision-hash";

    private static final String HASH_LABEL = "controller.kubernetes.io/hash";

    private final Cluster cluster;

    Revisions(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The revision of the owner's template, made or moved to the end of the history where that is needed. */
    ObjectNode current(ObjectNode owner, GroupResource kind) {
        var template = Trees.at(owner, "spec", "template");
        var known = all(owner);
        var same = known.stream()
                .filter(revision -> template(revision).equals(withoutMark(template)))
                .findFirst();
        long newest = known.stream().mapToLong(Revisions::number).max().orElse(0);
        if (same.isEmpty()) {
            return create(owner, kind, template, newest + 1);
        }
        if (number(same.get()) == newest) {
            return same.get();
        }
        return cluster.modify(Cluster.key(Kinds.REVISIONS, same.get()), "", live -> live.put("revision", newest + 1))
                .orElse(same.get());
    }

    private ObjectNode create(ObjectNode owner, GroupResource kind, JsonNode template, long number) {
        for (int collisions = Trees.at(owner, "status", "collisionCount").asInt(); ; collisions++) {
            var hash = TemplateHash.of(template, collisions);
            var data = Json.object();
            var marked = (ObjectNode) template.deepCopy();
            marked.put("$patch", "replace");
            data.putObject("spec").set("template", marked);
            var draft = Draft.of(
                            "apps/v1", "ControllerRevision", Trees.namespace(owner), Trees.name(owner) + "-" + hash)
                    .labels(Trees.labels(template.path("metadata").isMissingNode() ? owner : template))
                    .label(kind.equals(Kinds.DAEMON_SETS) ? LABEL : HASH_LABEL, hash)
                    .controlledBy(owner)
                    .with("data", data);
            Simulated.inheritedAnnotations(owner).forEach(draft::annotation);
            var created = cluster.create(Kinds.REVISIONS, draft.json().put("revision", number));
            if (created.isPresent()) {
                return created.get();
            }
        }
    }

    /** The revision of that name. */
    Optional<ObjectNode> find(ObjectNode owner, String name) {
        return all(owner).stream()
                .filter(revision -> Trees.name(revision).equals(name))
                .findFirst();
    }

    /** The template that a revision holds. */
    static JsonNode template(ObjectNode revision) {
        return withoutMark(Trees.at(revision, "data", "spec", "template"));
    }

    private static JsonNode withoutMark(JsonNode template) {
        var copy = template.deepCopy();
        if (copy instanceof ObjectNode object) {
            object.remove("$patch");
        }
        return copy;
    }

    /** Deletes old revisions that nothing uses, beyond the history that is to be kept. */
    void prune(ObjectNode owner, Set<String> used) {
        int kept = Trees.at(owner, "spec", "revisionHistoryLimit").asInt(10);
        all(owner).stream()
                .filter(revision -> !used.contains(Trees.name(revision)))
                .sorted(Comparator.comparingLong(Revisions::number).reversed())
                .skip(kept)
                .forEach(revision -> cluster.delete(Cluster.key(Kinds.REVISIONS, revision), Trees.uid(revision)));
    }

    private List<ObjectNode> all(ObjectNode owner) {
        return Dependents.of(cluster, owner, Kinds.REVISIONS);
    }

    private static long number(JsonNode revision) {
        return revision.path("revision").asLong();
    }
}
