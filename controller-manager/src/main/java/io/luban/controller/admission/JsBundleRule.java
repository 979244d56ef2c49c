package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bundles: where they are served, below the folder of their extension and nowhere twice. */
record JsBundleRule(Others others) implements Rule {
    private static final String ROOT = "/dist/";

    @Override
    public void complete(Review review) {
        new SurfaceState(others).complete(review);
        var status = SurfaceState.status(review.object());
        if (status.path("link").asText("").isEmpty()) {
            var extension = review.label(SurfaceState.EXTENSION);
            var file = review.spec().path("filenameOverride").asText("");
            status.put(
                    "link",
                    ROOT + (extension.isEmpty() ? review.name() : extension) + "/"
                            + (file.isEmpty() ? "index.js" : file));
        }
    }

    @Override
    public List<String> check(Review review) {
        if (isUnchanged(review)) {
            return List.of();
        }
        var links = links(review.object());
        var extension = review.label(SurfaceState.EXTENSION);
        links.forEach((field, link) -> checkPlace(field, link, extension));
        checkUnique(review, links);
        return checkSources(review.spec());
    }

    private static boolean isUnchanged(Review review) {
        return review.isSpecUnchanged()
                && review.old()
                        .map(old -> Json.sameValue(
                                        old.at("/status/link"), review.object().at("/status/link"))
                                && Review.label(old, SurfaceState.EXTENSION)
                                        .equals(review.label(SurfaceState.EXTENSION)))
                        .orElse(false);
    }

    /** All links of a bundle that are not empty, by the path of their field. */
    private static Map<String, String> links(ObjectNode bundle) {
        var links = new LinkedHashMap<String, String>();
        put(links, "status.link", bundle.at("/status/link"));
        put(links, "spec.assets.style.link", bundle.at("/spec/assets/style/link"));
        int index = 0;
        for (var file : bundle.at("/spec/assets/files")) {
            put(links, "spec.assets.files[" + index++ + "].link", file.path("link"));
        }
        return links;
    }

    private static void put(Map<String, String> links, String field, JsonNode link) {
        if (!link.asText("").isEmpty()) {
            links.put(field, link.asText());
        }
    }

    private static void checkPlace(String field, String link, String extension) {
        var prefix = extension.isEmpty() ? ROOT : ROOT + extension;
        if (!link.startsWith(prefix)) {
            throw new RefusedException("%s: Invalid value: \"%s\": must begin with %s".formatted(field, link, prefix));
        }
        if (List.of(link.split("/", -1)).contains("..")) {
            throw new RefusedException("%s: Invalid value: \"%s\": must not contain ..".formatted(field, link));
        }
    }

    private void checkUnique(Review review, Map<String, String> links) {
        for (var other : others.all("jsbundles")) {
            if (Names.of(other).equals(review.name())) {
                continue;
            }
            var taken = links(other).values();
            links.forEach((field, link) -> {
                if (taken.contains(link)) {
                    throw new RefusedException("%s: Duplicate value: \"%s\" is already used by JSBundle \"%s\""
                            .formatted(field, link, Names.of(other)));
                }
            });
        }
    }

    private static List<String> checkSources(JsonNode spec) {
        var warnings = new ArrayList<>(EndpointCheck.check(spec.path("rawFrom"), "spec.rawFrom"));
        warnings.addAll(EndpointCheck.check(spec.at("/assets/style"), "spec.assets.style"));
        int index = 0;
        for (var file : spec.at("/assets/files")) {
            warnings.addAll(EndpointCheck.check(file, "spec.assets.files[" + index++ + "]"));
        }
        return warnings;
    }
}
