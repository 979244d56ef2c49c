package io.luban.embeddedkube.rbac;

import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Snapshot;
import io.luban.embeddedkube.store.StoredObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The rules of every subject, cluster-wide and by namespace. Readers take no lock: a change replaces the scopes that it
 * concerns, and a scope compiles its rules when it is first asked. Changes are applied one at a time.
 */
final class RbacIndex {
    static final String GROUP = "rbac.authorization.k8s.io";

    private final ReentrantLock changing = new ReentrantLock();
    private final Map<Binding.Role, List<PolicyRule>> rules = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Binding> bindings = new HashMap<>();
    private final Map<Binding.Role, Set<Binding>> bindingsByRole = new HashMap<>();
    private final Map<String, Map<String, Scope>> scopesBySubject = new ConcurrentHashMap<>();

    void load(Snapshot snapshot) {
        changing.lock();
        try {
            snapshot.all().forEach(this::put);
        } finally {
            changing.unlock();
        }
    }

    void apply(Event event) {
        var key = event.object().key();
        if (!key.resource().group().equals(GROUP)) {
            return;
        }
        changing.lock();
        try {
            if (event.type() == Event.Type.DELETED) {
                remove(key);
            } else {
                put(event.object());
            }
        } finally {
            changing.unlock();
        }
    }

    String decide(AccessRequest request) {
        var reason = decideIn("", request);
        return reason.isEmpty() && !request.namespace().isEmpty() ? decideIn(request.namespace(), request) : reason;
    }

    /** Every rule that the user has in the namespace, cluster-wide ones included. */
    List<PolicyRule> rulesOf(User user, String namespace) {
        var result = new ArrayList<PolicyRule>();
        for (var place : namespace.isEmpty() ? List.of("") : List.of("", namespace)) {
            for (var subject : subjectsOf(user)) {
                var scope = scope(subject, place);
                if (scope != null) {
                    scope.bindings.values().forEach(binding -> result.addAll(rulesOf(binding.role())));
                }
            }
        }
        return result.stream().distinct().toList();
    }

    List<PolicyRule> rulesOf(Binding.Role role) {
        return rules.getOrDefault(role, List.of());
    }

    /** The rules of a role; empty when there is no such role. */
    Optional<List<PolicyRule>> findRules(Binding.Role role) {
        return Optional.ofNullable(rules.get(role));
    }

    private String decideIn(String namespace, AccessRequest request) {
        var user = request.user();
        var reason = decideFor(Binding.user(user.name()), namespace, request);
        for (int i = 0; reason.isEmpty() && i < user.groups().size(); i++) {
            reason = decideFor(Binding.group(user.groups().get(i)), namespace, request);
        }
        return reason;
    }

    private String decideFor(String subject, String namespace, AccessRequest request) {
        var scope = scope(subject, namespace);
        return scope == null ? RuleSet.DENIED : scope.rules().decide(request);
    }

    private @Nullable Scope scope(String subject, String namespace) {
        var scopes = scopesBySubject.get(subject);
        return scopes == null ? null : scopes.get(namespace);
    }

    private static List<String> subjectsOf(User user) {
        var subjects = new ArrayList<String>();
        subjects.add(Binding.user(user.name()));
        user.groups().forEach(group -> subjects.add(Binding.group(group)));
        return subjects;
    }

    private void put(StoredObject object) {
        switch (object.key().resource().resource()) {
            case "roles", "clusterroles" -> {
                var role = roleOf(object.key());
                rules.put(role, PolicyRule.listOf(object.tree().path("rules")));
                refresh(role);
            }
            case "rolebindings", "clusterrolebindings" -> putBinding(Binding.of(object));
            default -> {
                // nothing else of the group decides
            }
        }
    }

    private void remove(ObjectKey key) {
        switch (key.resource().resource()) {
            case "roles", "clusterroles" -> {
                rules.remove(roleOf(key));
                refresh(roleOf(key));
            }
            case "rolebindings", "clusterrolebindings" -> removeBinding(key);
            default -> {
                // nothing else of the group decides
            }
        }
    }

    private static Binding.Role roleOf(ObjectKey key) {
        return new Binding.Role(key.namespace(), key.name());
    }

    private void putBinding(Binding binding) {
        removeBinding(binding.key());
        bindings.put(binding.key(), binding);
        bindingsByRole.computeIfAbsent(binding.role(), role -> new HashSet<>()).add(binding);
        for (var subject : binding.subjects().keySet()) {
            var scopes = scopesBySubject.computeIfAbsent(subject, key -> new ConcurrentHashMap<>());
            var namespace = binding.key().namespace();
            var old = scopes.get(namespace);
            PMap<ObjectKey, Binding> before = old == null ? HashTreePMap.empty() : old.bindings;
            scopes.put(namespace, new Scope(subject, before.plus(binding.key(), binding)));
        }
    }

    private void removeBinding(ObjectKey key) {
        var binding = bindings.remove(key);
        if (binding == null) {
            return;
        }
        bindingsByRole.computeIfPresent(
                binding.role(), (role, all) -> all.remove(binding) && all.isEmpty() ? null : all);
        for (var subject : binding.subjects().keySet()) {
            scopesBySubject.computeIfPresent(subject, (name, scopes) -> {
                scopes.computeIfPresent(key.namespace(), (namespace, scope) -> scope.without(key));
                return scopes.isEmpty() ? null : scopes;
            });
        }
    }

    /** Lets every scope that the role reaches compile its rules anew. */
    private void refresh(Binding.Role role) {
        for (var binding : bindingsByRole.getOrDefault(role, Set.of())) {
            for (var subject : binding.subjects().keySet()) {
                var scopes = scopesBySubject.getOrDefault(subject, Map.of());
                scopes.computeIfPresent(
                        binding.key().namespace(), (namespace, scope) -> new Scope(subject, scope.bindings));
            }
        }
    }

    /** What one subject is bound to in one namespace, or cluster-wide. */
    private final class Scope {
        private final String subject;
        private final PMap<ObjectKey, Binding> bindings;
        private volatile @Nullable RuleSet compiled;

        Scope(String subject, PMap<ObjectKey, Binding> bindings) {
            this.subject = subject;
            this.bindings = bindings;
        }

        @Nullable Scope without(ObjectKey key) {
            var rest = bindings.minus(key);
            return rest.isEmpty() ? null : new Scope(subject, rest);
        }

        RuleSet rules() {
            var current = compiled;
            if (current == null) {
                current = RuleSet.of(bindings.values().stream()
                        .map(binding -> new RuleSet.Source(binding.reason(subject), rulesOf(binding.role())))
                        .toList());
                compiled = current;
            }
            return current;
        }
    }
}
