package io.luban.extensionformat.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ExtensionNames;
import io.luban.extensionformat.ExtensionVersionSpec.Extracted;
import io.luban.extensionformat.Icons;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The spec of an ExtensionVersion for a chart that has no extension.yaml, as catalogs of the early 4.0 form do. */
public final class PlainChart {
    private static final List<String> TEXTS = List.of("home", "kubeVersion");
    private static final List<String> LISTS = List.of("keywords", "sources");

    private PlainChart() {}

    /**
     * What {@code Chart.yaml} says; empty when name or version break the rules.
     *
     * @param isCategory whether a category of this name exists
     */
    public static Optional<Extracted> extract(ObjectNode incoming, ChartArchive chart, Predicate<String> isCategory) {
        try {
            return chart.file("Chart.yaml")
                    .map(file -> Yaml.parse(file.text()))
                    .filter(ObjectNode.class::isInstance)
                    .map(ObjectNode.class::cast)
                    .filter(fields -> ExtensionNames.problemOfVersion(text(fields, "version"))
                                    .isEmpty()
                            && ExtensionNames.problemOfName(text(fields, "name"))
                                    .isEmpty())
                    .map(fields -> extract(incoming, fields, chart, isCategory));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    private static Extracted extract(
            ObjectNode incoming, ObjectNode chart, ChartArchive archive, Predicate<String> isCategory) {
        var spec = incoming.deepCopy();
        var annotations = annotations(chart);
        spec.put("version", text(chart, "version"));
        spec.set("displayName", locales(annotations.getOrDefault("kubesphere.io/display-name", text(chart, "name"))));
        spec.set("description", locales(text(chart, "description")));
        for (var field : TEXTS) {
            if (!text(chart, field).isEmpty()) {
                spec.put(field, text(chart, field));
            }
        }
        var icon = Icons.resolve(text(chart, "icon"), archive.files());
        if (!icon.icon().isEmpty()) {
            spec.put("icon", icon.icon());
        }
        for (var field : LISTS) {
            if (chart.path(field).isArray() && !chart.path(field).isEmpty()) {
                spec.set(field, chart.path(field).deepCopy());
            }
        }
        provider(chart).ifPresent(provider -> spec.set("provider", provider));
        category(chart, isCategory).ifPresent(category -> spec.put("category", category));
        putAnnotated(annotations, spec);
        var warnings = icon.problem().map(List::of).orElse(List.of());
        return new Extracted(text(chart, "name"), spec, annotations, warnings);
    }

    private static void putAnnotated(Map<String, String> annotations, ObjectNode spec) {
        var ksVersion = annotations.getOrDefault("kubesphere.io/ks-version", "");
        if (!ksVersion.isEmpty()) {
            spec.put("ksVersion", ksVersion);
        }
        var mode = annotations.getOrDefault("kubesphere.io/installation-mode", "");
        if (mode.equals("HostOnly") || mode.equals("Multicluster")) {
            spec.put("installationMode", mode);
        }
        var dependencies = annotations.getOrDefault("kubesphere.io/external-dependencies", "");
        if (!dependencies.isEmpty() && Yaml.parse(dependencies).isArray()) {
            spec.set("externalDependencies", Yaml.parse(dependencies));
        }
    }

    private static Map<String, String> annotations(ObjectNode chart) {
        var annotations = new LinkedHashMap<String, String>();
        chart.path("annotations")
                .properties()
                .forEach(entry ->
                        annotations.put(entry.getKey(), entry.getValue().asText()));
        return annotations;
    }

    /** A map of languages as it stands, or the text as English. */
    private static JsonNode locales(String text) {
        if (text.startsWith("{")) {
            var parsed = Yaml.parse(text);
            if (parsed.isObject()) {
                return parsed;
            }
        }
        return Json.object().put("en", text);
    }

    private static Optional<ObjectNode> provider(ObjectNode chart) {
        var first = chart.path("maintainers").path(0);
        if (!first.isObject()) {
            return Optional.empty();
        }
        var provider = Json.object();
        var english = provider.putObject("en");
        for (var field : List.of("name", "email", "url")) {
            if (!first.path(field).asText("").isEmpty()) {
                english.put(field, first.path(field).asText());
            }
        }
        return Optional.of(provider);
    }

    private static Optional<String> category(ObjectNode chart, Predicate<String> isCategory) {
        for (var keyword : chart.path("keywords")) {
            var name = keyword.asText("").toLowerCase(Locale.ROOT);
            if (isCategory.test(name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private static String text(ObjectNode chart, String field) {
        return chart.path(field).asText("");
    }
}
