package io.luban.embeddedkube.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.Snapshot;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.model.ApiException;
import io.luban.model.FieldSelector;
import io.luban.model.Json;
import io.luban.model.LabelSelector;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The objects of a resource that a list, watch or deletecollection is about. Immutable. */
public final class Selection {
    private static final String NAME = "metadata.name";
    private static final String NAMESPACE = "metadata.namespace";

    private final ResourceType type;
    private final String namespace;
    private final LabelSelector labels;
    private final FieldSelector fields;
    private final boolean parses;
    private final List<Needle> needles;

    private Selection(ResourceType type, String namespace, LabelSelector labels, FieldSelector fields) {
        this.type = type;
        this.namespace = namespace;
        this.labels = labels;
        this.fields = fields;
        this.parses = fields.terms().stream().anyMatch(term -> !isKey(term.path()));
        this.needles = fields.terms().stream()
                .filter(term -> term.equal() && !isKey(term.path()))
                // the longest are the quickest to look for, and the rarest
                .sorted(Comparator.comparingInt(term -> -term.value().length()))
                .flatMap(term -> Needle.of(term.value()).stream())
                .toList();
    }

    /**
     * What the options select within a namespace ({@code ""} for all). Throws 400 when a field may not be selected on.
     */
    public static Selection of(ResourceType type, String namespace, ListOptions options) {
        for (var term : options.selectors().fields().terms()) {
            if (!isKey(term.path()) && !type.selectableFields().contains(term.path())) {
                throw ApiException.badRequest(
                        type.selectableFields().isEmpty()
                                ? "\"%s\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                                        .formatted(term.path())
                                : "field label not supported: " + term.path());
            }
        }
        return new Selection(
                type,
                namespace,
                options.selectors().labels(),
                options.selectors().fields());
    }

    private static boolean isKey(String path) {
        return path.equals(NAME) || path.equals(NAMESPACE);
    }

    /** Whether no object of the namespace is left out. */
    boolean isEverything() {
        return labels.isEverything() && fields.isEverything();
    }

    String namespace() {
        return namespace;
    }

    /** Whether the object is selected. */
    public boolean matches(StoredObject object) {
        return matches(object, StoredObject::tree);
    }

    /** The same with a way to the parsed object that many selections may share. */
    boolean matches(StoredObject object, Function<StoredObject, ? extends JsonNode> trees) {
        if (!namespace.isEmpty() && !namespace.equals(object.key().namespace())) {
            return false;
        }
        return labels.matches(object.labels()) && (fields.isEverything() || matchesFields(object, trees));
    }

    private boolean matchesFields(StoredObject object, Function<StoredObject, ? extends JsonNode> trees) {
        if (isMissed(object)) {
            return false;
        }
        JsonNode tree = parses ? served(object, trees) : null;
        return fields.matches(path -> {
            if (path.equals(NAME)) {
                return object.key().name();
            }
            if (path.equals(NAMESPACE)) {
                return object.key().namespace();
            }
            return tree == null ? "" : FieldValues.of(type, tree, path);
        });
    }

    /** Whether a look at the bytes, which costs a small part of parsing them, shows that a value is nowhere in them. */
    private boolean isMissed(StoredObject object) {
        if (needles.isEmpty() || !object.isInMemory() || !type.conversion().keeps(object)) {
            return false;
        }
        for (var needle : needles) {
            if (!needle.isIn(object.json())) {
                return true;
            }
        }
        return false;
    }

    private JsonNode served(StoredObject object, Function<StoredObject, ? extends JsonNode> trees) {
        return type.conversion().keeps(object)
                ? trees.apply(object)
                : Json.parseObject(type.conversion().served(object));
    }

    /** Candidates of the view in order; {@link #matches} still has to be asked. */
    private Iterable<StoredObject> candidates(Snapshot snapshot) {
        Optional<String> name = fields.requires(NAME);
        var place = type.namespaced() ? fields.requires(NAMESPACE).or(this::fixedNamespace) : Optional.of("");
        if (name.isPresent() && place.isPresent()) {
            return snapshot.get(place.get(), name.get()).map(List::of).orElse(List.of());
        }
        return namespace.isEmpty() ? snapshot.all() : snapshot.inNamespace(namespace);
    }

    private Optional<String> fixedNamespace() {
        return namespace.isEmpty() ? Optional.empty() : Optional.of(namespace);
    }

    /** The selected objects of the view, in order. */
    public Iterable<StoredObject> in(Snapshot snapshot) {
        var candidates = parses ? Prepared.of(type.conversion(), candidates(snapshot)) : candidates(snapshot);
        return isEverything() ? candidates : Filtered.of(candidates, this::matches);
    }

    /** The selected objects that sort after the key. */
    Iterable<StoredObject> after(Snapshot snapshot, String afterNamespace, String afterName) {
        return Filtered.of(
                snapshot.after(afterNamespace, afterName),
                this::matches,
                object -> namespace.isEmpty() || namespace.equals(object.key().namespace()));
    }

    /** Text that two selections share only when they select the same. */
    String identity() {
        return String.join("\n", type.storage().toString(), namespace, labels.toString(), fields.toString());
    }
}
