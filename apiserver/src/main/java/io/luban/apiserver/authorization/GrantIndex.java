package io.luban.apiserver.authorization;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who was given which roles, by user and by group. Written by the one thread of the bindings' cache, read by all: each
 * subject's grants are an immutable list that is replaced, so that a lookup costs the same with any number of bindings.
 */
final class GrantIndex {
    private final Map<String, List<Grant>> byUser = new ConcurrentHashMap<>();
    private final Map<String, List<Grant>> byGroup = new ConcurrentHashMap<>();

    void replace(Optional<Binding> before, Optional<Binding> after) {
        // what is new is added first, so that a right held before and after never lapses
        after.ifPresent(binding -> binding.grants().forEach(this::add));
        before.ifPresent(binding -> binding.grants().forEach(this::remove));
    }

    List<Grant> ofUser(String name) {
        return byUser.getOrDefault(name, List.of());
    }

    List<Grant> ofGroup(String name) {
        return byGroup.getOrDefault(name, List.of());
    }

    private void add(Grant grant) {
        subjects(grant).compute(grant.subject(), (subject, grants) -> {
            var changed = new ArrayList<Grant>(grants == null ? List.of() : grants);
            changed.add(grant);
            return List.copyOf(changed);
        });
    }

    private void remove(Grant grant) {
        subjects(grant).computeIfPresent(grant.subject(), (subject, grants) -> {
            var changed = new ArrayList<>(grants);
            changed.remove(grant);
            return changed.isEmpty() ? null : List.copyOf(changed);
        });
    }

    private Map<String, List<Grant>> subjects(Grant grant) {
        return grant.subjectKind().equals("Group") ? byGroup : byUser;
    }
}
