package io.luban.ksbuilder.scaffold;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ChartData;
import io.luban.model.Ids;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The three kinds of folders that a new extension can start with. */
public final class NewExtension {
    private static final int SUFFIX_LENGTH = 5;
    private static final int MAX_NAME = 63;
    private static final String SYSTEM_NAMESPACE = "kubesphere-system";
    private static final List<String> PART = List.of(
            "Chart.yaml",
            "values.yaml",
            "templates/NOTES.txt",
            "templates/deployment.yaml",
            "templates/extensions.yaml",
            "templates/helps.tpl",
            "templates/service.yaml",
            "templates/tests/test-connection.yaml");

    private final Path folder;
    private final boolean force;

    /** A folder that is written to; {@code force} lets it have content already. */
    public NewExtension(Path folder, boolean force) {
        this.folder = folder;
        this.force = force;
    }

    /** Who makes an extension. */
    public record Author(String name, String email, String url) {}

    /** A front end and a back end to be filled in. */
    public Scaffold full(String name, Category category, Author author) {
        var scaffold = Scaffold.begin(
                folder,
                Map.of(
                        "Name", name,
                        "Category", category.normalized(),
                        "Maintainers", Scaffold.inline(Json.array().add(person(author))),
                        "Provider", Scaffold.inline(provider(person(author)))),
                force);
        scaffold.add("extension", List.of("extension.yaml", "values.yaml"));
        for (var part : List.of("frontend", "backend")) {
            scaffold.add(
                    "extension",
                    PART.stream().map(file -> "charts/" + part + "/" + file).toList());
        }
        return scaffold;
    }

    /** An application that has a user interface of its own, shown in the console. */
    public Scaffold simple(SourceChart chart) {
        var scaffold = Scaffold.begin(folder, fields(chart), force);
        scaffold.add(
                "simple",
                List.of(
                        "extension.yaml",
                        "values.yaml",
                        "charts/base/Chart.yaml",
                        "charts/base/values.yaml",
                        "charts/base/templates/_address.tpl",
                        "charts/base/templates/ingress.yaml",
                        "charts/base/templates/jsbundle.yaml",
                        "charts/base/templates/configmap-iframe.yaml",
                        "charts/base/templates/configmap-link.yaml"));
        scaffold.addChart("charts/" + chart.name(), chart.files());
        return scaffold;
    }

    /** An application for the app store. */
    public Scaffold application(SourceChart chart, Ids ids) {
        var fields = new LinkedHashMap<>(fields(chart));
        var file = chart.name() + "-" + chart.chartVersion() + ".tgz";
        var application = chart.name() + "-" + ids.suffix(SUFFIX_LENGTH);
        fields.put("AppName", application);
        fields.put("VersionName", versionName(application, chart.appVersion(), ids.suffix(SUFFIX_LENGTH)));
        fields.put("ChartVersion", Scaffold.quoted(chart.chartVersion()));
        fields.put("ChartFile", file);
        fields.put("Icon", Scaffold.quoted(chart.text("icon")));
        fields.put("Digest", Scaffold.quoted(ChartData.digest(chart.packed())));
        var scaffold = Scaffold.begin(folder, fields, force);
        scaffold.add(
                "app",
                List.of(
                        "extension.yaml",
                        "permissions.yaml",
                        "values.yaml",
                        "charts/base/Chart.yaml",
                        "charts/base/values.yaml",
                        "charts/base/templates/application.yaml",
                        "charts/base/templates/applicationversion.yaml",
                        "charts/base/templates/configmap.yaml",
                        "charts/base/templates/job.yaml",
                        "charts/base/templates/serviceaccount.yaml"));
        scaffold.write("charts/base/files/" + file, chart.packed());
        return scaffold;
    }

    /** The object by which the app store is given a chart together with an extension. */
    public static byte[] applicationPackage(String name, byte[] chart) {
        var map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").put("name", "application-" + name + "-chart").put("namespace", SYSTEM_NAMESPACE);
        map.putObject("binaryData").put(ChartData.KEY, Base64.getEncoder().encodeToString(chart));
        return Yaml.write(map).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> fields(SourceChart chart) {
        var description = chart.text("description").isEmpty() ? chart.name() : chart.text("description");
        var constraint = chart.text("kubeVersion").isEmpty() ? ">=1.19.0-0" : chart.text("kubeVersion");
        return Map.of(
                "Name", chart.name(),
                "Version", Scaffold.quoted(chart.extensionVersion()),
                "Description", Scaffold.quoted(description),
                "Home", Scaffold.quoted(chart.text("home")),
                "KubeVersion", Scaffold.quoted(constraint),
                "Maintainers", Scaffold.inline(chart.maintainers()),
                "Provider", Scaffold.inline(provider(provider(chart.maintainers(), chart.name()))));
    }

    private static ObjectNode provider(ArrayNode maintainers, String fallback) {
        return maintainers.path(0) instanceof ObjectNode first
                ? first.deepCopy()
                : Json.object().put("name", fallback);
    }

    private static ObjectNode provider(ObjectNode person) {
        var languages = Json.object();
        languages.set("en", person);
        languages.set("zh", person.deepCopy());
        return languages;
    }

    private static ObjectNode person(Author author) {
        return Json.object()
                .put("name", author.name())
                .put("email", author.email())
                .put("url", author.url());
    }

    private static String versionName(String application, String version, String suffix) {
        var clean = version.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
        var name = application + "-" + clean;
        int room = MAX_NAME - 1 - suffix.length();
        return (name.length() <= room ? name : name.substring(0, room)) + "-" + suffix;
    }
}
