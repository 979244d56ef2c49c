package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.registry.ResourceType.Names;
import io.luban.embeddedkube.registry.ResourceType.PrinterColumn;
import io.luban.embeddedkube.registry.ResourceType.ScalePaths;
import io.luban.embeddedkube.registry.ResourceType.Subresource;
import io.luban.embeddedkube.registry.ResourceType.Trait;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupVersionKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns a definition into one resource type per served version. */
final class DefinedTypes {
    private static final List<String> VERBS =
            List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");
    private static final List<String> VERBS_WHILE_TERMINATING =
            VERBS.stream().filter(verb -> !verb.equals("create")).toList();
    private static final List<String> PART_VERBS = List.of("get", "patch", "update");
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");
    private static final PrinterColumn NAME = new PrinterColumn(
            "Name",
            "string",
            "name",
            "Name must be unique within a namespace. Is required when creating resources, although some resources may"
                    + " allow a client to request the generation of an appropriate name automatically.",
            0,
            ".metadata.name");

    private final Schema.Struct metadata;
    private final Conversions conversions;
    private final ExpressionSupport expressions;

    /** {@code metadata} is the structure of object metadata. */
    DefinedTypes(Schema.Struct metadata, Conversions conversions, ExpressionSupport expressions) {
        this.expressions = expressions;
        this.metadata = metadata;
        this.conversions = conversions;
    }

    /**
     * The types in order of preference; none while the definition is not established. {@code epoch} is the revision of the
     * latest change of the specification.
     */
    List<ResourceType> of(Definition definition, long epoch) {
        if (!definition.isEstablished()) {
            return List.of();
        }
        var versions = new InstanceConversion.Versions(
                definition.group() + "/" + definition.storageVersion(),
                epoch,
                definition.structures(),
                structures(definition),
                conversions.of(definition),
                conversions.forms());
        return definition.versions().stream()
                .filter(version -> version.path("served").asBoolean())
                .sorted(Comparator.comparing(version -> Trees.text(version, "name"), VersionOrder.PREFERRED_FIRST))
                .map(version -> type(definition, version, versions))
                .toList();
    }

    private Map<String, Supplier<Schema>> structures(Definition definition) {
        var structures = new LinkedHashMap<String, Supplier<Schema>>();
        for (var version : definition.versions()) {
            structures.put(
                    definition.group() + "/" + Trees.text(version, "name"),
                    () -> new InstanceSchema(metadata)
                            .whole(version.path("schema").path("openAPIV3Schema")));
        }
        return structures;
    }

    private ResourceType type(Definition definition, JsonNode version, InstanceConversion.Versions versions) {
        var name = Trees.text(version, "name");
        var kind = new GroupVersionKind(definition.group(), name, Trees.text(definition.acceptedNames(), "kind"));
        var schema = version.path("schema").path("openAPIV3Schema");
        var scale = scale(version);
        return new ResourceType(
                kind,
                names(definition.acceptedNames()),
                Trees.text(definition.object(), "spec", "scope").equals("Namespaced"),
                definition.isTerminating() ? VERBS_WHILE_TERMINATING : VERBS,
                subresources(version, scale),
                definition.instances(),
                true,
                traits(version),
                new InstanceSchema(metadata).whole(schema),
                rules(versions, kind, schema, scale),
                columns(version),
                selectableFields(version),
                new InstanceConversion(kind.apiVersion(), versions),
                warning(definition, version, kind));
    }

    private InstanceRules rules(
            InstanceConversion.Versions versions, GroupVersionKind kind, JsonNode schema, @Nullable ScalePaths scale) {
        return new InstanceRules(
                Structural.parse(schema),
                new InstanceMetadata(metadata, kind.kind(), kind.version()),
                schema.findValue("x-kubernetes-validations") == null ? null : new CompiledRules(schema, expressions),
                scale,
                schema,
                versions.schemas());
    }

    private static Names names(JsonNode names) {
        return new Names(
                Trees.text(names, "plural"),
                Trees.text(names, "singular"),
                Trees.text(names, "kind"),
                Trees.text(names, "listKind"),
                Trees.items(names.path("shortNames")),
                Trees.items(names.path("categories")));
    }

    private static List<Subresource> subresources(JsonNode version, @Nullable ScalePaths scale) {
        var subresources = new ArrayList<Subresource>();
        if (hasStatus(version)) {
            subresources.add(new Subresource("status", PART_VERBS, Optional.empty(), Optional.empty()));
        }
        if (scale != null) {
            subresources.add(new Subresource("scale", PART_VERBS, Optional.of(SCALE), Optional.of(scale)));
        }
        return List.copyOf(subresources);
    }

    private static boolean hasStatus(JsonNode version) {
        return version.path("subresources").path("status").isObject();
    }

    private static @Nullable ScalePaths scale(JsonNode version) {
        var scale = version.path("subresources").path("scale");
        return scale.isObject()
                ? new ScalePaths(
                        path(scale, "specReplicasPath"),
                        path(scale, "statusReplicasPath"),
                        path(scale, "labelSelectorPath"))
                : null;
    }

    private static String path(JsonNode holder, String member) {
        var path = Trees.text(holder, member);
        return path.startsWith(".") ? path.substring(1) : path;
    }

    private static Set<Trait> traits(JsonNode version) {
        var traits = EnumSet.of(Trait.GENERATION, Trait.VERSION_REQUIRED_ON_UPDATE);
        if (hasStatus(version)) {
            traits.add(Trait.STATUS_SUBRESOURCE);
        }
        return Set.copyOf(traits);
    }

    private static List<PrinterColumn> columns(JsonNode version) {
        var columns = new ArrayList<PrinterColumn>();
        for (var column : version.path("additionalPrinterColumns")) {
            columns.add(new PrinterColumn(
                    Trees.text(column, "name"),
                    Trees.text(column, "type"),
                    Trees.text(column, "format"),
                    Trees.text(column, "description"),
                    column.path("priority").asInt(0),
                    Trees.text(column, "jsonPath")));
        }
        if (!columns.isEmpty()) {
            columns.addFirst(NAME);
        }
        return List.copyOf(columns);
    }

    private static List<String> selectableFields(JsonNode version) {
        var fields = new ArrayList<String>();
        version.path("selectableFields").forEach(field -> fields.add(path(field, "jsonPath")));
        return List.copyOf(fields);
    }

    private static String warning(Definition definition, JsonNode version, GroupVersionKind kind) {
        if (version.path("deprecated").asBoolean()) {
            var own = Trees.text(version, "deprecationWarning");
            return own.isEmpty() ? deprecation(definition, kind) : own;
        }
        return "";
    }

    private static String deprecation(Definition definition, GroupVersionKind kind) {
        var text = "%s %s is deprecated".formatted(kind.apiVersion(), kind.kind());
        return definition.versions().stream()
                .filter(version -> version.path("served").asBoolean()
                        && !version.path("deprecated").asBoolean())
                .map(version -> Trees.text(version, "name"))
                .min(VersionOrder.PREFERRED_FIRST)
                .map(better -> "%s; use %s/%s %s".formatted(text, kind.group(), better, kind.kind()))
                .orElse(text);
    }
}
