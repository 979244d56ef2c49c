package io.luban.embeddedkube.registry;

import io.luban.embeddedkube.registry.ResourceType.Names;
import io.luban.embeddedkube.registry.ResourceType.PrinterColumn;
import io.luban.embeddedkube.registry.ResourceType.ScalePaths;
import io.luban.embeddedkube.registry.ResourceType.Subresource;
import io.luban.embeddedkube.registry.ResourceType.Trait;
import io.luban.embeddedkube.schema.BuiltInRules;
import io.luban.embeddedkube.schema.KindRules;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.GroupResource;
import io.luban.model.GroupVersionKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Describes one built-in kind; the tables of this package read best through it. */
final class KindBuilder {
    private static final List<String> ALL =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> PART = List.of("get", "patch", "update");
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    private final GroupVersionKind kind;
    private final String plural;
    private final List<Subresource> subresources = new ArrayList<>();
    private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
    private boolean namespaced = true;
    private List<String> verbs = ALL;
    private List<String> shortNames = List.of();
    private List<String> categories = List.of();
    private List<String> selectableFields = List.of();
    private List<PrinterColumn> columns = List.of();
    private GroupResource storage;
    private Conversion conversion;
    private String warning = "";

    KindBuilder(GroupVersionKind kind, String plural) {
        this.kind = kind;
        this.plural = plural;
        this.storage = new GroupResource(kind.group(), plural);
        this.conversion = Conversion.none(kind.apiVersion(), kind.apiVersion(), kind.kind());
    }

    KindBuilder clusterScoped() {
        namespaced = false;
        return this;
    }

    KindBuilder verbs(String... names) {
        verbs = List.of(names);
        return this;
    }

    /** Created, never stored. */
    KindBuilder computed() {
        traits.add(Trait.VIRTUAL);
        return verbs("create");
    }

    KindBuilder shortNames(String... names) {
        shortNames = List.of(names);
        return this;
    }

    KindBuilder category(String name) {
        categories = List.of(name);
        return this;
    }

    KindBuilder traits(Trait... more) {
        traits.addAll(List.of(more));
        return this;
    }

    /** A part of the object that is read and written by itself. */
    KindBuilder part(String name) {
        return subresource(name, PART.toArray(String[]::new));
    }

    KindBuilder status() {
        traits.add(Trait.STATUS_SUBRESOURCE);
        return part("status");
    }

    KindBuilder subresource(String name, String... allowed) {
        subresources.add(new Subresource(name, List.of(allowed), Optional.empty(), Optional.empty()));
        return this;
    }

    KindBuilder subresource(String name, GroupVersionKind foreign, String... allowed) {
        subresources.add(new Subresource(name, List.of(allowed), Optional.of(foreign), Optional.empty()));
        return this;
    }

    KindBuilder scale() {
        var paths = new ScalePaths("spec.replicas", "status.replicas", "spec.selector");
        subresources.add(new Subresource("scale", PART, Optional.of(SCALE), Optional.of(paths)));
        return this;
    }

    /** Comma-separated names; {@code *} behind one means wide output only, {@code #} integer, {@code ?} boolean. */
    KindBuilder columns(String text) {
        var result = new ArrayList<PrinterColumn>();
        for (var word : text.split(",", -1)) {
            var name = word.strip();
            int priority = name.endsWith("*") ? 1 : 0;
            var type = name.endsWith("#") ? "integer" : name.endsWith("?") ? "boolean" : "string";
            var plain = name.replaceAll("[*#?]$", "");
            result.add(new PrinterColumn(plain, type, plain.equals("Name") ? "name" : "", "", priority, ""));
        }
        columns = List.copyOf(result);
        return this;
    }

    KindBuilder selectable(String... paths) {
        selectableFields = List.of(paths);
        return this;
    }

    KindBuilder storedAs(GroupResource resource, Conversion how) {
        storage = resource;
        conversion = how;
        return this;
    }

    KindBuilder warning(String text) {
        warning = text;
        return this;
    }

    private static Subresource withRules(Subresource part, SchemaLibrary library) {
        var rules = part.foreignKind()
                .filter(foreign -> part.verbs().equals(List.of("create")))
                .filter(foreign -> library.typeName(foreign).isPresent())
                .<KindRules>map(foreign -> BuiltInRules.of(library, foreign));
        return new Subresource(part.name(), part.verbs(), part.foreignKind(), part.scale(), rules);
    }

    ResourceType build(SchemaLibrary library) {
        var singular = kind.kind().toLowerCase(Locale.ROOT);
        return new ResourceType(
                kind,
                new Names(plural, singular, kind.kind(), kind.kind() + "List", shortNames, categories),
                namespaced,
                verbs,
                subresources.stream().map(part -> withRules(part, library)).toList(),
                storage,
                false,
                Set.copyOf(traits),
                library.kind(kind).orElseThrow(() -> new IllegalStateException("no built-in type for " + kind)),
                BuiltInRules.of(library, kind),
                columns,
                selectableFields,
                conversion,
                warning);
    }
}
