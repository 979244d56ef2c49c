package io.luban.embeddedkube.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ObjectTreeTest {
    private static final GroupResource RESOURCE = new GroupResource("", "things");

    private static StoredObject object(String namespace, String name, long revision) {
        return new StoredObject(
                new ObjectKey(RESOURCE, namespace, name),
                new byte[0],
                revision,
                revision,
                new StoredMetadata("", Map.of(), List.of(), false));
    }

    private static List<StoredObject> list(ObjectTree tree) {
        var objects = new ArrayList<StoredObject>();
        tree.iterator().forEachRemaining(objects::add);
        return objects;
    }

    @Test
    void behaves_like_a_sorted_map_and_never_changes_an_older_tree() {
        var random = new Random(20261121);
        var model = new TreeMap<String, StoredObject>();
        var tree = ObjectTree.EMPTY;
        var keptTree = tree;
        var keptModel = List.<StoredObject>of();
        for (int step = 0; step < 30_000; step++) {
            var namespace = List.of("a", "a-b", "a0", "b").get(random.nextInt(4));
            var name = "n" + random.nextInt(step < 15_000 ? 4_000 : 400);
            var key = new ObjectKey(RESOURCE, namespace, name);
            var text = namespace + "/" + name;
            if (random.nextInt(10) < (step < 15_000 ? 7 : 3)) {
                var object = object(namespace, name, step);
                tree = tree.put(object);
                model.put(text, object);
            } else {
                tree = tree.remove(key);
                model.remove(text);
            }
            if (step % 1_000 == 0) {
                assertThat(list(tree)).isEqualTo(List.copyOf(model.values()));
                assertThat(tree.size()).isEqualTo(model.size());
                assertThat(tree.rank(namespace, name))
                        .isEqualTo(model.headMap(text).size());
                assertThat(list(keptTree)).isEqualTo(keptModel);
                keptTree = tree;
                keptModel = List.copyOf(model.values());
            }
            assertThat(tree.get(key).orElse(null)).isEqualTo(model.get(text));
        }
    }

    @Test
    void can_be_emptied() {
        var tree = ObjectTree.EMPTY;
        for (int i = 0; i < 5_000; i++) {
            tree = tree.put(object("", "n" + i, i));
        }
        for (int i = 0; i < 5_000; i++) {
            tree = tree.remove(new ObjectKey(RESOURCE, "", "n" + i));
        }

        assertThat(tree.size()).isZero();
        assertThat(tree.iterator().hasNext()).isFalse();
    }

    @Test
    void answers_any_range_of_ranks() {
        var sorted = new ArrayList<StoredObject>();
        for (int i = 10_000; i < 15_000; i++) {
            sorted.add(object("ns", "n" + i, i));
        }
        var tree = ObjectTree.of(sorted);
        var random = new Random(5);

        for (int round = 0; round < 300; round++) {
            int from = random.nextInt(sorted.size() + 1);
            int to = from + random.nextInt(sorted.size() + 10 - from);
            var range = new ArrayList<StoredObject>();
            tree.range(from, to).forEachRemaining(range::add);
            assertThat(range).isEqualTo(sorted.subList(from, Math.min(to, sorted.size())));
        }
    }
}
