package io.luban.ksbuilder.chart;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ExtensionPackage;
import io.luban.helm.ChartRendering;
import io.luban.helm.Charts;
import io.luban.helm.OperationLog;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;

/** Renders packages by the Helm engine. */
public final class Renderer {
    /** What templates take for the version of Kubernetes unless told otherwise. */
    public static final String KUBE_VERSION = "v1.33.4";

    private final Charts charts;
    private final OperationLog output;

    /** A renderer over the engine; what that says on the side goes to {@code output}. */
    public Renderer(Charts charts, OperationLog output) {
        this.charts = charts;
        this.output = output;
    }

    /**
     * What templates see of their surroundings.
     *
     * @param release name of the release
     * @param namespace of the release
     * @param kubeVersion version of Kubernetes
     * @param isUpgrade whether they are to believe that there is a release already
     */
    public record Surroundings(String release, String namespace, String kubeVersion, boolean isUpgrade) {
        /** A first installation as release {@code release-name}. */
        public static Surroundings usual() {
            return new Surroundings("release-name", "default", KUBE_VERSION, false);
        }
    }

    /** All objects of the package; throws {@link io.luban.helm.ChartException} when a template fails. */
    public Manifest render(ExtensionPackage source, ObjectNode values, Surroundings surroundings)
            throws InterruptedException {
        var files = TemplateSources.rewritten(ChartFolder.unpacked(source.files(), 0), surroundings.isUpgrade());
        try (var folder = ChartFolder.of(source.metadata().name(), files)) {
            var settings = new ChartRendering(
                    surroundings.release(),
                    surroundings.namespace(),
                    surroundings.kubeVersion(),
                    Yaml.write(withPlatformValues(source, values)));
            return Manifest.of(charts.render(folder.path(), settings, output));
        }
    }

    /**
     * The values with what the platform adds to every installation where neither the package nor the user says otherwise:
     * charts dereference the ingress of extensions without asking whether there is one.
     */
    public static ObjectNode withPlatformValues(ExtensionPackage source, ObjectNode values) {
        var all = Json.object();
        all.putObject("global")
                .putObject("extension")
                .putObject("ingress")
                .put("ingressClassName", "kubesphere")
                .put("domainSuffix", "127.0.0.1.nip.io")
                .put("httpPort", 30888);
        if (ownValues(source).path("global") instanceof ObjectNode global) {
            Values.merge(all, Json.object().set("global", global.deepCopy()));
        }
        return Values.merge(all, values);
    }

    private static ObjectNode ownValues(ExtensionPackage source) {
        try {
            return source.file("values.yaml")
                    .map(file -> Yaml.parse(file.text()))
                    .map(values -> values instanceof ObjectNode map ? map : Json.object())
                    .orElseGet(Json::object);
        } catch (ParseException e) {
            // the engine explains what is wrong with the file
            return Json.object();
        }
    }
}
