package io.luban.apiserver.jsbundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.extension.Definition;
import io.luban.apiserver.extension.ObjectCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A path below {@code /dist} and what is served there.
 *
 * @param contentType type to send, {@code ""} to take the source's own or one by the file's ending
 * @param version of the bundle object, which stands for bytes that are in the object itself
 */
record Asset(Definition bundle, String link, String contentType, BundleSource source, String version) {
    private static final String SCRIPT = "application/javascript; charset=utf-8";
    private static final String UNKNOWN = "application/octet-stream";
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("js", SCRIPT),
            Map.entry("mjs", SCRIPT),
            Map.entry("json", "application/json"),
            Map.entry("map", "application/json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff", "font/woff"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("html", "text/html; charset=utf-8"));

    /** Everything that a JSBundle object serves; what lies outside {@code /dist} is left out. */
    static List<Asset> of(ObjectNode object) {
        var bundle = Definition.of(object);
        var spec = object.path("spec");
        var assets = new ArrayList<Asset>();
        var version = object.path("metadata").path("resourceVersion").asText("");
        assets.add(new Asset(bundle, link(object, bundle), SCRIPT, BundleSource.ofSpec(spec), version));
        var style = spec.path("assets").path("style");
        if (style.isObject()) {
            assets.add(asset(bundle, style, version));
        }
        spec.path("assets").path("files").forEach(file -> assets.add(asset(bundle, file, version)));
        return assets.stream().filter(Asset::isBelowDist).toList();
    }

    private static Asset asset(Definition bundle, JsonNode file, String version) {
        var link = file.path("link").asText("");
        return new Asset(bundle, link, file.path("mimeType").asText(""), BundleSource.of(file), version);
    }

    private static String link(ObjectNode object, Definition bundle) {
        var link = object.path("status").path("link").asText("");
        if (!link.isEmpty()) {
            return link;
        }
        if (!bundle.extension().isEmpty()) {
            return "/dist/" + bundle.extension() + "/index.js";
        }
        var file = object.path("spec").path("filenameOverride").asText("index.js");
        return "/dist/" + bundle.name() + "/" + file;
    }

    private boolean isBelowDist() {
        return link.startsWith("/dist/") && !link.contains("/../") && !link.endsWith("/..");
    }

    /** The same content under the switch that stands in the object now. */
    Asset of(Definition current) {
        return new Asset(current, link, contentType, source, version);
    }

    /** What the object's condition should say. */
    static ObjectCondition judge(List<Asset> assets) {
        for (var asset : assets) {
            if (asset.source instanceof BundleSource.Broken broken) {
                return ObjectCondition.refused("InvalidSource", asset.link + ": " + broken.problem());
            }
        }
        return ObjectCondition.accepted();
    }

    /** The type to send when the source tells none. */
    String fallbackType() {
        if (!contentType.isEmpty()) {
            return contentType;
        }
        int dot = link.lastIndexOf('.');
        return dot < 0 ? UNKNOWN : TYPES.getOrDefault(link.substring(dot + 1), UNKNOWN);
    }
}
