package io.luban.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Adds descriptions to a first one. A path that is already described stays as it is; a definition whose name is taken by
 * another content gets the name with {@code _v2}, {@code _v3} …, and so do the references to it.
 */
final class DocumentMerge {
    private final Generation generation;
    private final ObjectNode result;

    DocumentMerge(Generation generation, ObjectNode first) {
        this.generation = generation;
        this.result = first.deepCopy();
    }

    ObjectNode result() {
        return result;
    }

    DocumentMerge add(ObjectNode document) {
        var addition = document.deepCopy();
        var renamed = new HashMap<String, String>();
        for (var section : generation.sections()) {
            rename(section, addition, renamed);
        }
        if (!renamed.isEmpty()) {
            correctReferences(addition, renamed);
        }
        for (var section : generation.sections()) {
            var into = generation.container(result).withObjectProperty(section);
            objects(generation.part(addition).path(section))
                    .forEach(member -> into.putIfAbsent(member.getKey(), member.getValue()));
            if (into.isEmpty()) {
                generation.container(result).remove(section);
            }
        }
        var paths = result.withObject("/paths");
        // an index that names itself leads to keys that are no paths
        objects(addition.path("paths"))
                .filter(path -> path.getKey().startsWith("/"))
                .forEach(path -> paths.putIfAbsent(path.getKey(), path.getValue()));
        addTags(addition.path("tags"));
        return this;
    }

    /** What a backend publishes may have any form; members that are none of a description are left out. */
    private static Stream<Map.Entry<String, JsonNode>> objects(JsonNode parent) {
        return parent.properties().stream().filter(member -> member.getValue().isObject());
    }

    /** Gives members of a section other names where theirs mean something else, and notes old and new reference. */
    private void rename(String section, ObjectNode addition, Map<String, String> renamed) {
        var known = generation.container(result).path(section);
        if (!(generation.part(addition).path(section) instanceof ObjectNode members)) {
            return;
        }
        for (var name : java.util.List.copyOf(members.properties())) {
            var here = known.path(name.getKey());
            if (here.isMissingNode() || here.equals(name.getValue())) {
                continue;
            }
            var free = freeName(name.getKey(), known, members);
            members.set(free, members.remove(name.getKey()));
            var prefix = generation.reference(section);
            renamed.put(prefix + name.getKey(), prefix + free);
        }
    }

    private static String freeName(String name, JsonNode known, JsonNode members) {
        int number = 2;
        while (known.has(name + "_v" + number) || members.has(name + "_v" + number)) {
            number++;
        }
        return name + "_v" + number;
    }

    private static void correctReferences(JsonNode node, Map<String, String> renamed) {
        if (node instanceof ObjectNode object && object.get("$ref") instanceof TextNode reference) {
            var changed = renamed.get(reference.asText());
            if (changed != null) {
                object.put("$ref", changed);
            }
        }
        node.forEach(child -> correctReferences(child, renamed));
    }

    private void addTags(JsonNode tags) {
        var known = new HashSet<String>();
        var into = result.withArray("/tags");
        into.forEach(tag -> known.add(tag.path("name").asText()));
        for (var tag : tags) {
            if (tag.path("name").isTextual() && known.add(tag.path("name").asText())) {
                into.add(tag);
            }
        }
    }
}
