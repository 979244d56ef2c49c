package io.luban.extensionformat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * What {@code extension.yaml} says, every field brought to its type. Absent fields read as empty.
 *
 * @param document the known fields that are present
 */
public record ExtensionMetadata(ObjectNode document) {
    /** Name of the file in a package. */
    public static final String FILE = "extension.yaml";

    private static final String PROVIDER = "provider";

    /** Reads the file; throws {@link ParseException} naming the field whose value has the wrong type. */
    public static ExtensionMetadata parse(String yaml) {
        if (!(Yaml.parse(yaml) instanceof ObjectNode source)) {
            throw new ParseException("extension.yaml: expected a map of fields");
        }
        var document = Json.object();
        for (var field : Field.ALL) {
            var value = source.path(field.name());
            if (!value.isMissingNode() && !value.isNull()) {
                document.set(field.name(), field.read(value));
            }
        }
        if (!document.has(PROVIDER) && source.path("vendor").isObject()) {
            // as the first extensions named it, of one language
            var provider = Json.object().set("en", source.path("vendor"));
            document.set(PROVIDER, Field.named(PROVIDER).read(provider));
        }
        return new ExtensionMetadata(document);
    }

    /** Name of the extension. */
    public String name() {
        return text("name");
    }

    /** Version of the extension. */
    public String version() {
        return text("version");
    }

    /** Category, free text. */
    public String category() {
        return text("category");
    }

    /** Data URI, URL, or path of a file in the package. */
    public String icon() {
        return text("icon");
    }

    /** A text field by its key, empty when absent. */
    public String text(String field) {
        return document.path(field).asText("");
    }

    /** The best text for a reader without a known language: English, else Chinese, else any. */
    public String defaultText(String field) {
        var texts = document.path(field);
        if (texts.hasNonNull("en")) {
            return texts.path("en").asText();
        }
        if (texts.hasNonNull("zh")) {
            return texts.path("zh").asText();
        }
        return texts.isEmpty() ? "" : texts.elements().next().asText();
    }

    /** The entries of a list field, empty when absent. */
    public List<String> texts(String field) {
        return StreamSupport.stream(document.path(field).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** Charts this one consists of. */
    public List<Dependency> dependencies() {
        return StreamSupport.stream(document.path("dependencies").spliterator(), false)
                .map(Dependency::from)
                .toList();
    }

    /** Other extensions this one needs or can use. */
    public List<ExternalDependency> externalDependencies() {
        return StreamSupport.stream(document.path("externalDependencies").spliterator(), false)
                .map(ExternalDependency::from)
                .toList();
    }

    /** Annotations for the chart and the ExtensionVersion. */
    public Map<String, String> annotations() {
        var annotations = new LinkedHashMap<String, String>();
        document.path("annotations")
                .properties()
                .forEach(entry ->
                        annotations.put(entry.getKey(), entry.getValue().asText()));
        return annotations;
    }

    /** The same with another icon; an empty one removes the field. */
    public ExtensionMetadata withIcon(String icon) {
        var copy = document.deepCopy();
        if (icon.isEmpty()) {
            copy.remove("icon");
        } else {
            copy.put("icon", icon);
        }
        return new ExtensionMetadata(copy);
    }

    JsonNode value(String field) {
        return document.path(field);
    }
}
