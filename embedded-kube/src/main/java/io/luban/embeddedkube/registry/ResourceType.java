package io.luban.embeddedkube.registry;

import io.luban.embeddedkube.schema.KindRules;
import io.luban.embeddedkube.schema.Schema;
import io.luban.model.GroupResource;
import io.luban.model.GroupVersionKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One served resource at one version: everything the generic verbs need to know about it.
 *
 * @param kind group, version and kind of its objects
 * @param names plural, singular, list kind, short names, categories
 * @param namespaced scope
 * @param verbs discovery verbs in lower case
 * @param subresources served below an object
 * @param storage where its objects are kept; versions of one resource share it
 * @param custom defined by a CustomResourceDefinition
 * @param traits peculiarities of the verbs
 * @param schema structure of an object
 * @param rules canonical form, defaults, validation
 * @param columns table columns after which nothing is shown; empty means name and age
 * @param selectableFields dotted paths that field selectors may name besides metadata.name and metadata.namespace
 * @param conversion how objects of this version relate to the stored form
 * @param warning deprecation text sent with every request, empty for none
 */
public record ResourceType(
        GroupVersionKind kind,
        Names names,
        boolean namespaced,
        List<String> verbs,
        List<Subresource> subresources,
        GroupResource storage,
        boolean custom,
        Set<Trait> traits,
        Schema schema,
        KindRules rules,
        List<PrinterColumn> columns,
        List<String> selectableFields,
        Conversion conversion,
        String warning) {

    /** All names of a resource. */
    public record Names(
            String plural,
            String singular,
            String kind,
            String listKind,
            List<String> shortNames,
            List<String> categories) {}

    /**
     * An endpoint below an object.
     *
     * @param foreignKind kind it speaks when that is not the parent's (Scale, TokenRequest, Eviction)
     * @param scale JSON paths of a scale subresource
     * @param rules canonical form of bodies of the foreign kind, where they are held against one
     */
    public record Subresource(
            String name,
            List<String> verbs,
            Optional<GroupVersionKind> foreignKind,
            Optional<ScalePaths> scale,
            Optional<KindRules> rules) {
        /** One whose bodies are those of the parent, or read by whoever serves it. */
        public Subresource(
                String name, List<String> verbs, Optional<GroupVersionKind> foreignKind, Optional<ScalePaths> scale) {
            this(name, verbs, foreignKind, scale, Optional.empty());
        }
    }

    /** Where Scale reads and writes, as dotted paths without a leading dot; the selector path may be empty. */
    public record ScalePaths(String specReplicas, String statusReplicas, String labelSelector) {}

    /**
     * A table column.
     *
     * @param path JSONPath of the value (kubectl subset) for custom resources; built-in kinds compute cells themselves
     */
    public record PrinterColumn(
            String name, String type, String format, String description, int priority, String path) {}

    /** Peculiarities of the generic verbs. */
    public enum Trait {
        /** Main writes ignore status, the status subresource ignores everything else. */
        STATUS_SUBRESOURCE,
        /** metadata.generation is kept. */
        GENERATION,
        /** PUT on a missing object creates it. */
        CREATE_ON_UPDATE,
        /** DELETE answers the object instead of a Status. */
        OBJECT_ON_DELETE,
        /** PUT without a resourceVersion is refused. */
        VERSION_REQUIRED_ON_UPDATE,
        /** Answers computed, nothing is stored (reviews). */
        VIRTUAL
    }

    /** The resource as used in messages and storage keys. */
    public GroupResource resource() {
        return new GroupResource(kind.group(), names.plural());
    }

    /** Whether the peculiarity holds. */
    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** The subresource of that name. */
    public Optional<Subresource> subresource(String name) {
        return subresources.stream().filter(sub -> sub.name().equals(name)).findFirst();
    }
}
