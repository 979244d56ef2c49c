package io.luban.extensionformat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The objects by which a package enters a catalog by hand. */
public final class ExtensionObjects {
    private static final String API_VERSION = "kubesphere.io/v1alpha1";

    private final ExtensionPackage source;
    private final Clock clock;

    private ExtensionObjects(ExtensionPackage source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /**
     * Extension, ExtensionVersion and the ConfigMaps with the chart, in the order in which they are written.
     *
     * @param systemNamespace where the ConfigMaps belong
     */
    public static List<ObjectNode> of(ExtensionPackage source, String systemNamespace, Clock clock) {
        var objects = new ExtensionObjects(source, clock);
        var all = new ArrayList<ObjectNode>();
        all.add(objects.extension());
        var version = objects.extensionVersion();
        ((ObjectNode) version.path("spec"))
                .putObject("chartDataRef")
                .put("namespace", systemNamespace)
                .put("name", objects.configMapName())
                .put("key", ChartData.KEY);
        all.add(version);
        all.addAll(ChartData.split(source.packed(), objects.configMapName(), systemNamespace));
        return all;
    }

    /**
     * Extension and ExtensionVersion of a package that stays in a registry.
     *
     * @param chartUrl where it is fetched from
     */
    public static List<ObjectNode> ofRegistry(ExtensionPackage source, String chartUrl, Clock clock) {
        var objects = new ExtensionObjects(source, clock);
        var version = objects.extensionVersion();
        ((ObjectNode) version.path("spec")).put("chartURL", chartUrl);
        return List.of(objects.extension(), version);
    }

    private ObjectNode extension() {
        var metadata = source.metadata();
        var object = object("Extension", metadata.name());
        labels(object).put("kubesphere.io/managed", "true");
        var spec = ExtensionVersionSpec.info(metadata.document());
        spec.put("created", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        object.set("spec", spec);
        object.putObject("status").put("recommendedVersion", metadata.version());
        return object;
    }

    private ObjectNode extensionVersion() {
        var metadata = source.metadata();
        var object = object("ExtensionVersion", versionName());
        labels(object).put("kubesphere.io/extension-ref", metadata.name());
        if (!metadata.annotations().isEmpty()) {
            var annotations = ((ObjectNode) object.path("metadata")).putObject("annotations");
            metadata.annotations().forEach(annotations::put);
        }
        var spec = ExtensionVersionSpec.overlay(Json.object(), metadata);
        spec.put("created", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        spec.put("digest", ChartData.digest(source.packed()));
        object.set("spec", spec);
        return object;
    }

    private ObjectNode labels(ObjectNode object) {
        var labels = ((ObjectNode) object.path("metadata")).putObject("labels");
        if (!source.metadata().category().isEmpty()) {
            labels.put("kubesphere.io/category", source.metadata().category());
        }
        return labels;
    }

    private String versionName() {
        return ExtensionNames.extensionVersion(
                source.metadata().name(), source.metadata().version());
    }

    private String configMapName() {
        return ExtensionNames.chartConfigMap(versionName());
    }

    private static ObjectNode object(String kind, String name) {
        var object = Json.object().put("apiVersion", API_VERSION).put("kind", kind);
        object.putObject("metadata").put("name", name);
        return object;
    }
}
