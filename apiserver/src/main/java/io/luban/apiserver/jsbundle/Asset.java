package io.luban.apiserver.jsbundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.extension.Definition;
import io.luban.apiserver.extension.ObjectCondition;
import io.luban.apiserver.resilience.Guards;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A path below {@code /dist} and what is served there.
 *
 * @param contentType type to send, {@code ""} to take the source's own or one by the file's ending
 * @param version of the bundle object, which stands for bytes that are in the object itself
 * @param backend the source where that is another server
 */
record Asset(
        Definition bundle,
        String link,
        String contentType,
        BundleSource source,
        String version,
        Optional<Guards.Backend> backend) {
    static final String KIND = "JSBundle";
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

    Asset(Definition bundle, String link, String contentType, BundleSource source, String version) {
        this(bundle, link, contentType, source, version, backend(bundle, link, source));
    }

    private static Optional<Guards.Backend> backend(Definition bundle, String link, BundleSource source) {
        return source instanceof BundleSource.Remote remote
                ? Optional.of(new Guards.Backend(KIND, bundle, link, remote.endpoint(), remote.policy()))
                : Optional.empty();
    }

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

    /** What to say of bundles whose links others have, by their names. */
    static Map<String, ObjectCondition> conflicts(List<List<Asset>> bundles) {
        var winners = new HashMap<String, Asset>();
        var lost = new HashMap<String, List<String>>();
        var all = new HashMap<String, Integer>();
        inOrder(bundles).forEach(asset -> {
            all.merge(asset.bundle.name(), 1, Integer::sum);
            var winner = winners.putIfAbsent(asset.link, asset);
            if (winner != null) {
                lost.computeIfAbsent(asset.bundle.name(), name -> new ArrayList<>())
                        .add("%s is served by the JSBundle %s, which was there before"
                                .formatted(asset.link, winner.bundle.name()));
            }
        });
        var conditions = new HashMap<String, ObjectCondition>();
        lost.forEach((name, messages) -> {
            var text = String.join("; ", messages);
            conditions.put(
                    name,
                    all.getOrDefault(name, 0) == messages.size()
                            ? ObjectCondition.conflict(text)
                            : ObjectCondition.partly(text));
        });
        return conditions;
    }

    /** What is to be served, those first whose bundle was there first. */
    static Stream<Asset> inOrder(List<List<Asset>> bundles) {
        return bundles.stream()
                .flatMap(List::stream)
                .filter(asset -> asset.bundle.isAvailable())
                .sorted(Comparator.comparing(Asset::bundle, Definition.BY_AGE));
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
        return dot < 0 ? UNKNOWN : TYPES.getOrDefault(link.substring(dot + 1).toLowerCase(Locale.ROOT), UNKNOWN);
    }
}
