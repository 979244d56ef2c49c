package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What one kind demands of its objects; object metadata is checked elsewhere. Stateless and safe for parallel use. */
public interface KindRules {
    /**
     * Brings an object into canonical form in place: unknown members dropped (each reported as a path such as
     * {@code spec.foo}), zero values dropped or kept as the kind prescribes, write-only members folded in. A value of
     * the wrong JSON type is a 400 {@link io.luban.model.ApiException}.
     */
    void canonicalize(ObjectNode object, Consumer<String> unknownField);

    /** Reports what a body of another version than the endpoint's holds that this other version does not know. */
    default void inspectForeign(ObjectNode object, Consumer<String> unknownField) {}

    /** The OpenAPI schema as the author of a custom kind wrote it; must not be changed. Empty for built-in kinds. */
    default Optional<JsonNode> publishedSchema() {
        return Optional.empty();
    }

    /** Fills absent members with the defaults of the kind, in place; {@code old} is the stored object on updates. */
    void setDefaults(ObjectNode object);

    /** Every problem of a new object, with field paths. */
    List<StatusCause> validate(ObjectNode object);

    /** Every problem of a change, immutable fields included; {@link #validate} is asked as well. */
    List<StatusCause> validateUpdate(ObjectNode object, ObjectNode old);

    /** What the writer of an object should hear although it is accepted. */
    default List<String> warnings(ObjectNode object) {
        return List.of();
    }

    /** Every problem of an update: those of the object as it is now, and those of the change. */
    default List<StatusCause> validateChange(ObjectNode object, ObjectNode old) {
        var problems = new ArrayList<>(validate(object));
        problems.addAll(validateUpdate(object, old));
        return problems;
    }

    /** The same for a write to a subresource (empty for the object itself), which may allow other changes. */
    default List<StatusCause> validatePart(String subresource, ObjectNode object, ObjectNode old) {
        return validateChange(object, old);
    }
}
