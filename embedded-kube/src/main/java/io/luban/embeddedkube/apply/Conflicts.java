package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.apply.Entry.Owner;
import io.luban.model.ApiException;
import io.luban.model.Status;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/** Fields that an apply would change although others own them. */
record Conflicts(List<Conflict> list) {
    /** One field and one of its owners. */
    record Conflict(Owner owner, String path) {}

    /** What the others own of the fields about to be written. */
    static Conflicts of(List<Entry> others, Function<Entry, ObjectNode> written) {
        var conflicts = new ArrayList<Conflict>();
        for (var entry : others) {
            var both = FieldTrie.sorted(FieldTrie.intersection(entry.fields(), written.apply(entry)));
            FieldTrie.forEachOwned(both, "", (path, node) -> conflicts.add(new Conflict(entry.owner(), path)));
        }
        return new Conflicts(conflicts);
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    /** 409 that names every field and its owner. */
    ApiException toException() {
        var causes = list.stream()
                .map(conflict -> new StatusCause(
                        "FieldManagerConflict", "conflict with " + conflict.owner.text(), conflict.path))
                .toList();
        return new ApiException(new Status(409, "Conflict", message(), new Status.Details("", "", "", "", causes, 0)));
    }

    private String message() {
        if (list.size() == 1) {
            var only = list.getFirst();
            return "Apply failed with 1 conflict: conflict with %s: %s".formatted(only.owner.text(), only.path);
        }
        var byOwner = new TreeMap<String, List<String>>();
        list.forEach(conflict -> byOwner.computeIfAbsent(conflict.owner.text(), owner -> new ArrayList<>())
                .add(conflict.path));
        var lines = new ArrayList<String>();
        byOwner.forEach((owner, paths) -> {
            lines.add("conflicts with " + owner + ":");
            paths.forEach(path -> lines.add("- " + path));
        });
        return "Apply failed with %d conflicts: %s".formatted(list.size(), String.join("\n", lines));
    }
}
