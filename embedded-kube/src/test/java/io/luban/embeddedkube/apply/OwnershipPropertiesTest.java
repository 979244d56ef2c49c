package io.luban.embeddedkube.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Laws that hold for every object and every body, tried on random ones. */
class OwnershipPropertiesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> MANAGERS = List.of("m1", "m2", "m3");

    @RepeatedTest(300)
    void ownership_obeys_its_laws_after_any_sequence_of_writes(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var live = apply(null, randomBody(random), "m1", START);
        for (int step = 1; step < 12; step++) {
            var manager = MANAGERS.get(random.nextInt(MANAGERS.size()));
            var now = START.plusSeconds(step);
            if (random.nextInt(4) == 0) {
                live = updated(live, random, manager, now);
                continue;
            }
            var body = randomBody(random);
            var before = owned(live, manager);
            var merged = apply(live, body, manager, now);

            assertThat(owned(merged, manager)).as("owns exactly its body").isEqualTo(paths(claims(body)));
            assertThat(apply(merged, body, manager, now.plusSeconds(1)))
                    .as("applying twice changes nothing")
                    .isEqualTo(merged);
            assertNobodyElseOwnsWhatChanged(live, merged, manager);
            assertSolelyOwnedAbandonedLeavesAreGone(before, merged);
            live = merged;
        }
    }

    private static void assertNobodyElseOwnsWhatChanged(ObjectNode live, ObjectNode merged, String manager) {
        var written = paths(Changes.between(live, merged, Schemas.DEPLOYMENT).written());
        for (var entry : Ledger.of(merged).others(Entry.Owner.applier(new FieldManager(manager, "v1", "")))) {
            assertThat(paths(entry.fields())).doesNotContainAnyElementsOf(written.isEmpty() ? Set.of("-") : written);
        }
    }

    private static void assertSolelyOwnedAbandonedLeavesAreGone(Set<String> before, ObjectNode merged) {
        var ownedNow = new HashSet<String>();
        Ledger.of(merged).others(new Entry.Owner("", "", "", "")).forEach(e -> ownedNow.addAll(paths(e.fields())));
        var present = paths(FieldSets.allOf(merged, Schemas.DEPLOYMENT, false));
        for (var path : before) {
            if (!ownedNow.contains(path) && !hasBelow(ownedNow, path)) {
                assertThat(present).doesNotContain(path);
            }
        }
    }

    private static boolean hasBelow(Set<String> paths, String path) {
        return paths.stream().anyMatch(other -> other.startsWith(path + ".") || other.startsWith(path + "["));
    }

    private static ObjectNode updated(ObjectNode live, Random random, String manager, Instant now) {
        var object = live.deepCopy();
        object.set("spec", randomBody(random).get("spec"));
        ManagedFields.recordUpdate(
                Optional.of(live), object, new FieldManager(manager, "v1", ""), Schemas.DEPLOYMENT, now);
        var present = paths(FieldSets.allOf(object, Schemas.DEPLOYMENT, false));
        for (var entry : Ledger.of(object).others(new Entry.Owner("", "", "", ""))) {
            assertThat(present).as("nobody owns what is not there").containsAll(paths(entry.fields()));
        }
        return object;
    }

    private static ObjectNode apply(
            @org.jspecify.annotations.Nullable ObjectNode live, ObjectNode body, String manager, Instant now) {
        return ServerSideApply.merge(
                Optional.ofNullable(live), body, new FieldManager(manager, "v1", ""), true, Schemas.DEPLOYMENT, now);
    }

    private static Set<String> owned(ObjectNode object, String manager) {
        return Ledger.of(object)
                .find(Entry.Owner.applier(new FieldManager(manager, "v1", "")))
                .map(entry -> paths(entry.fields()))
                .orElse(Set.of());
    }

    private static ObjectNode claims(ObjectNode body) {
        return FieldSets.claimedBy(body, Schemas.DEPLOYMENT);
    }

    private static Set<String> paths(ObjectNode trie) {
        var paths = new HashSet<String>();
        FieldTrie.forEachOwned(trie, "", (path, node) -> paths.add(path));
        return paths;
    }

    private static ObjectNode randomBody(Random random) {
        var body = Json.object().put("apiVersion", "v1").put("kind", "Deployment");
        var metadata = body.putObject("metadata").put("name", "d");
        if (random.nextBoolean()) {
            metadata.putObject("labels").put("l" + random.nextInt(3), "v" + random.nextInt(2));
        }
        if (random.nextBoolean()) {
            metadata.putArray("finalizers").add("f/" + random.nextInt(3));
        }
        var spec = body.putObject("spec");
        if (random.nextBoolean()) {
            spec.put("replicas", random.nextInt(2));
        }
        if (random.nextBoolean()) {
            spec.putObject("selector").putObject("matchLabels").put("a", "" + random.nextInt(2));
        }
        if (random.nextBoolean()) {
            spec.putObject("strategy").put(random.nextBoolean() ? "surge" : "type", random.nextInt(2));
            spec.withObject("/strategy").put("type", "t" + random.nextInt(2));
        }
        if (random.nextBoolean()) {
            spec.putObject("free").putObject("x" + random.nextInt(2)).put("y" + random.nextInt(2), random.nextInt(2));
        }
        addContainers(spec, random);
        return body;
    }

    private static void addContainers(ObjectNode spec, Random random) {
        var names = new HashSet<String>();
        var containers = spec.putArray("containers");
        for (int i = random.nextInt(4); i > 0; i--) {
            var name = "c" + random.nextInt(4);
            if (names.add(name)) {
                var container = containers.addObject().put("name", name);
                if (random.nextBoolean()) {
                    container.put("image", "i" + random.nextInt(2));
                }
                if (random.nextBoolean()) {
                    container.putArray("args").add("a" + random.nextInt(2));
                }
                if (random.nextBoolean()) {
                    container.putArray("ports").addObject().put("containerPort", 80 + random.nextInt(2));
                }
            }
        }
    }
}
