package io.luban.ksbuilder.chart;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the templates of a chart become.
 *
 * @param crds files of {@code crds/}
 * @param objects everything else but hooks, in the order of installation
 * @param hooks objects that take part in operations
 */
public record Manifest(List<Document> crds, List<Document> objects, List<Document> hooks) {
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---[ \\t]*\\n(?=# Source: )");

    /** Defensive copies. */
    public Manifest {
        crds = List.copyOf(crds);
        objects = List.copyOf(objects);
        hooks = List.copyOf(hooks);
    }

    /**
     * One object.
     *
     * @param source the template, beginning with the name of the chart
     * @param text YAML without the line that names the source
     */
    public record Document(String source, String text) {
        /** The object, or empty where the text is none. */
        public Optional<JsonNode> object() {
            try {
                var parsed = Yaml.parse(text);
                return parsed.isObject() ? Optional.of(parsed) : Optional.empty();
            } catch (ParseException e) {
                return Optional.empty();
            }
        }

        /** The object as {@code helm template} prints it. */
        public String printed() {
            return "---\n# Source: " + source + "\n" + text.stripTrailing() + "\n";
        }

        boolean isHook() {
            return !events().isEmpty();
        }

        boolean isTest() {
            return events().contains("test");
        }

        private String events() {
            return text.contains(TemplateSources.HOOK)
                    ? object().map(found -> found.path("metadata").path("annotations"))
                            .map(annotations ->
                                    annotations.path(TemplateSources.HOOK).asText(""))
                            .orElse("")
                    : "";
        }
    }

    /** CRDs, objects and hooks one after the other. */
    public List<Document> all() {
        var all = new ArrayList<>(crds);
        all.addAll(objects);
        all.addAll(hooks);
        return all;
    }

    /** The same without hooks that are tests. */
    public Manifest withoutTests() {
        return new Manifest(
                crds, objects, hooks.stream().filter(hook -> !hook.isTest()).toList());
    }

    /** The same without any hook. */
    public Manifest withoutHooks() {
        return new Manifest(crds, objects, List.of());
    }

    /** The same without CRDs. */
    public Manifest withoutCrds() {
        return new Manifest(List.of(), objects, hooks);
    }

    /** Takes apart what the engine made of rewritten sources. */
    static Manifest of(String rendered) {
        var crds = new ArrayList<Document>();
        var objects = new ArrayList<Document>();
        var hooks = new ArrayList<Document>();
        for (var part : SEPARATOR.split(rendered, -1)) {
            int end = part.indexOf('\n');
            if (!part.startsWith("# Source: ") || end < 0) {
                continue;
            }
            var source = part.substring("# Source: ".length(), end).strip();
            var text = part.substring(end + 1);
            var document = new Document(
                    source.replace("/" + TemplateSources.CRDS_FOLDER, "/crds/"), TemplateSources.restored(text));
            if (source.contains("/" + TemplateSources.CRDS_FOLDER)) {
                crds.add(document);
            } else if (document.isHook()) {
                hooks.add(document);
            } else {
                objects.add(document);
            }
        }
        return new Manifest(crds, objects, hooks);
    }
}
