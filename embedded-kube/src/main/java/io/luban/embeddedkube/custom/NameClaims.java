package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which of the names that a definition asks for it gets: each of them unless another definition of the group has it, in
 * which case the one that it had before stays.
 *
 * @param accepted the names it has afterwards
 * @param conflict the last refusal
 */
record NameClaims(ObjectNode accepted, Optional<Condition> conflict) {
    static NameClaims of(Definition definition, List<Definition> others) {
        var resources = new HashSet<String>();
        var kinds = new HashSet<String>();
        for (var other : others) {
            if (!other.name().equals(definition.name()) && other.group().equals(definition.group())) {
                var taken = other.object().path("status").path("acceptedNames");
                resources.addAll(resourceNames(taken));
                kinds.add(Trees.text(taken, "kind"));
                kinds.add(Trees.text(taken, "listKind"));
            }
        }
        var wanted = definition.names();
        var before = Trees.at(definition.object(), "status", "acceptedNames");
        var accepted = before.isObject() ? (ObjectNode) before.deepCopy() : Json.object();
        Optional<Condition> conflict = Optional.empty();
        for (var claim : List.of(
                new Claim("Plural", "plural", resources),
                new Claim("Singular", "singular", resources),
                new Claim("ShortNames", "shortNames", resources),
                new Claim("Kind", "kind", kinds),
                new Claim("ListKind", "listKind", kinds))) {
            var refusal = claim.decide(wanted, accepted);
            conflict = refusal.isPresent() ? refusal : conflict;
        }
        accepted.remove("categories");
        if (wanted.has("categories")) {
            accepted.set("categories", wanted.path("categories").deepCopy());
        }
        return new NameClaims(inOrderOf(wanted, accepted), conflict);
    }

    private record Claim(String word, String member, Set<String> taken) {
        Optional<Condition> decide(JsonNode wanted, ObjectNode accepted) {
            var asked = wanted.path(member);
            var refused = texts(asked).stream().filter(taken::contains).toList();
            if (!refused.isEmpty()) {
                var message = String.join(
                        ", ",
                        refused.stream()
                                .map("\"%s\" is already in use"::formatted)
                                .toList());
                return Optional.of(new Condition(
                        "NamesAccepted",
                        false,
                        word + "Conflict",
                        refused.size() == 1 ? message : "[" + message + "]"));
            }
            if (asked.isMissingNode()) {
                accepted.remove(member);
            } else {
                accepted.set(member, asked.deepCopy());
            }
            return Optional.empty();
        }
    }

    private static List<String> texts(JsonNode names) {
        return names.isArray() ? Trees.items(names) : names.asText("").isEmpty() ? List.of() : List.of(names.asText());
    }

    private static ObjectNode inOrderOf(JsonNode wanted, ObjectNode accepted) {
        var result = Json.object();
        for (var member : wanted.properties()) {
            var value = accepted.get(member.getKey());
            if (value != null) {
                result.set(member.getKey(), value);
            }
        }
        accepted.properties().forEach(member -> result.putIfAbsent(member.getKey(), member.getValue()));
        return result;
    }

    private static List<String> resourceNames(JsonNode names) {
        var all = new ArrayList<>(Trees.items(names.path("shortNames")));
        all.add(Trees.text(names, "plural"));
        all.add(Trees.text(names, "singular"));
        return all;
    }
}
