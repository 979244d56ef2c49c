package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType.ScalePaths;
import io.luban.embeddedkube.schema.KindRules;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rules of one version of a custom kind.
 *
 * @param expressions {@code x-kubernetes-validations} of the schema, null when there are none
 * @param scale paths of the scale subresource, null when there is none
 * @param source the schema as it was written
 * @param siblings schemas of all versions of the kind, by {@code apiVersion}
 */
record InstanceRules(
        Structural schema,
        InstanceMetadata metadata,
        @Nullable CompiledRules expressions,
        @Nullable ScalePaths scale,
        JsonNode source,
        Map<String, Structural> siblings)
        implements KindRules {
    /** Problems after which expressions are not even tried. */
    private static final Set<String> BLOCKING = Set.of(
            "FieldValueNotSupported",
            "FieldValueRequired",
            "FieldValueTooLong",
            "FieldValueTooMany",
            "FieldValueTypeInvalid");

    private static final StatusCause EXPRESSIONS_SKIPPED = new StatusCause(
            "FieldValueInvalid",
            "Invalid value: \"null\": some validation rules were not checked because the object was invalid; correct the"
                    + " existing errors to complete validation",
            "<nil>");

    @Override
    public void canonicalize(ObjectNode object, Consumer<String> unknownField) {
        metadata.coerce(object, unknownField);
        Pruning.prune(object, schema, unknownField);
    }

    @Override
    public Optional<JsonNode> publishedSchema() {
        return Optional.of(source);
    }

    @Override
    public void inspectForeign(ObjectNode object, Consumer<String> unknownField) {
        var known = siblings.getOrDefault(object.path("apiVersion").asText(""), Structural.EMPTY);
        Pruning.prune(object.deepCopy(), known, unknownField);
    }

    @Override
    public void setDefaults(ObjectNode object) {
        Defaulting.fill(object, schema);
        Defaulting.sort(object);
    }

    @Override
    public List<StatusCause> validate(ObjectNode object) {
        return withFurther(object, Optional.empty(), Validation.validate(object, schema, FieldPath.ROOT));
    }

    @Override
    public List<StatusCause> validateChange(ObjectNode object, ObjectNode old) {
        return withFurther(object, Optional.of(old), Validation.validateChange(object, old, schema));
    }

    private List<StatusCause> withFurther(ObjectNode object, Optional<ObjectNode> old, List<StatusCause> found) {
        var problems = new ArrayList<>(found);
        if (scale != null) {
            problems.addAll(ScaleRules.check(object, scale));
        }
        problems.addAll(ItemRules.check(object, schema));
        if (expressions != null) {
            boolean isBlocked = problems.stream().anyMatch(problem -> BLOCKING.contains(problem.reason()));
            problems.addAll(isBlocked ? List.of(EXPRESSIONS_SKIPPED) : expressions.broken(object, old));
        }
        return problems;
    }

    @Override
    public List<StatusCause> validateUpdate(ObjectNode object, ObjectNode old) {
        return List.of();
    }
}
