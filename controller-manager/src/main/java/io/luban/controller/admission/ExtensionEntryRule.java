package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Entries of menus: names and links that are the only ones of their kind. */
record ExtensionEntryRule(Others others) implements Rule {
    @Override
    public void complete(Review review) {
        new SurfaceState(others).complete(review);
    }

    @Override
    public List<String> check(Review review) {
        if (review.isSpecUnchanged()) {
            return List.of();
        }
        var names = new HashSet<String>();
        var links = new HashSet<String>();
        int index = 0;
        for (var entry : review.spec().path("entries")) {
            var field = "spec.entries[" + index++ + "]";
            claim(names, entry.path("name"), field + ".name", true);
            claim(links, entry.path("link"), field + ".link", false);
        }
        for (var other : others.all("extensionentries")) {
            if (!Names.of(other).equals(review.name())) {
                other.at("/spec/entries").forEach(entry -> {
                    refuse(names, entry.path("name"), "name", other);
                    refuse(links, entry.path("link"), "link", other);
                });
            }
        }
        return List.of();
    }

    private static void claim(Set<String> claimed, JsonNode value, String field, boolean isRequired) {
        if (value.isMissingNode() || value.isNull() || value.equals(TextNode.valueOf(""))) {
            if (isRequired) {
                throw new RefusedException(field + ": Required value");
            }
            return;
        }
        if (!value.isTextual()) {
            throw new RefusedException(field + ": Invalid value: must be a string");
        }
        if (!claimed.add(value.asText())) {
            throw new RefusedException("%s: Duplicate value: \"%s\"".formatted(field, value.asText()));
        }
    }

    private static void refuse(Set<String> claimed, JsonNode value, String what, JsonNode other) {
        if (value.isTextual() && claimed.contains(value.asText())) {
            throw new RefusedException("entry %s \"%s\" is already used by ExtensionEntry \"%s\""
                    .formatted(what, value.asText(), Names.of(other)));
        }
    }
}
