package io.luban.extensionformat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The early way to offer an application by an extension: a file {@code applicationclass.yaml} beside extension.yaml, of
 * which a subchart is made that creates the object.
 */
final class ApplicationClass {
    static final String FILE = "applicationclass.yaml";
    private static final String PACKAGE = "application-package.yaml";
    private static final String CHART = "charts/applicationclass/";
    private static final String GROUP = "applicationclass.kubesphere.io";
    /** The platform itself installs the application, out of a ConfigMap that the extension brings. */
    private static final String BY_HELM = "kubesphere.io/helm-application";

    private final ObjectNode document;

    private ApplicationClass(ObjectNode document) {
        this.document = document;
    }

    /** The files of the subchart; none without the file, or without a name in it. */
    static List<ChartFile> subchart(String extension, List<ChartFile> files) {
        return find(files, FILE)
                .flatMap(ApplicationClass::parse)
                .map(found -> found.chart(extension, files))
                .orElse(List.of());
    }

    private static Optional<ChartFile> find(List<ChartFile> files, String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }

    private static Optional<ApplicationClass> parse(ChartFile file) {
        try {
            return Yaml.parse(file.text()) instanceof ObjectNode object
                            && !object.path("name").asText("").isEmpty()
                    ? Optional.of(new ApplicationClass(object))
                    : Optional.empty();
        } catch (ParseException e) {
            throw new ParseException(FILE + ": " + e.getMessage());
        }
    }

    private List<ChartFile> chart(String extension, List<ChartFile> files) {
        var chart = new ArrayList<ChartFile>();
        var metadata = Json.object()
                .put("apiVersion", "v2")
                .put("name", text("name"))
                .put("version", text("packageVersion"))
                .put("appVersion", text("appVersion"));
        chart.add(file("Chart.yaml", Yaml.write(metadata)));
        if (text("provisioner").equals(BY_HELM)) {
            document.putObject("parameters")
                    .put("configmap", "application-%s-chart".formatted(extension))
                    .put("namespace", "kubesphere-system");
            var brought = find(files, PACKAGE)
                    .orElseThrow(() -> new ArchiveException(
                            "%s: provisioner %s needs the file %s".formatted(FILE, BY_HELM, PACKAGE)));
            chart.add(new ChartFile(CHART + "templates/" + PACKAGE, brought.data()));
        }
        // What the author wrote is data, no template.
        var template = Yaml.write(object()).replace("{{", "{{ `{{` }}");
        chart.add(file("templates/" + FILE, template));
        return chart;
    }

    private ObjectNode object() {
        var object = Json.object().put("apiVersion", GROUP + "/v1alpha1").put("kind", "ApplicationClass");
        var metadata = object.putObject("metadata").put("name", text("name") + "-" + text("packageVersion"));
        if (!text("applicationClassGroup").isEmpty()) {
            metadata.putObject("labels").put(GROUP + "/group", text("applicationClassGroup"));
        }
        object.put("provisioner", text("provisioner"));
        copy("parameters", object);
        var spec = object.putObject("spec");
        for (var field : List.of("appVersion", "packageVersion", "icon")) {
            spec.put(field, text(field));
        }
        copy("description", spec);
        copy("maintainer", spec);
        return object;
    }

    private void copy(String field, ObjectNode into) {
        if (document.hasNonNull(field)) {
            into.set(field, document.path(field));
        }
    }

    private String text(String field) {
        return document.path(field).asText("");
    }

    private static ChartFile file(String path, String text) {
        return new ChartFile(CHART + path, text.getBytes(StandardCharsets.UTF_8));
    }
}
