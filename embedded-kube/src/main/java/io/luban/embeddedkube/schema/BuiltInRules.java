package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.GroupVersionKind;
import io.luban.model.StatusCause;
import java.util.List;
import java.util.function.Consumer;

/** Rules of one built-in kind: canonical form and always-present members from its type, the rest from its hooks. */
public final class BuiltInRules implements KindRules {
    private final Canonicalizer canonicalizer;

    private BuiltInRules(Canonicalizer canonicalizer) {
        this.canonicalizer = canonicalizer;
    }

    /** The rules of a kind whose type the library knows. */
    public static BuiltInRules of(SchemaLibrary library, GroupVersionKind kind) {
        return new BuiltInRules(new Canonicalizer(library, kind));
    }

    @Override
    public void canonicalize(ObjectNode object, Consumer<String> unknownField) {
        canonicalizer.canonicalize(object, unknownField);
    }

    @Override
    public void setDefaults(ObjectNode object) {
        canonicalizer.complete(object);
    }

    @Override
    public List<StatusCause> validate(ObjectNode object) {
        return List.of();
    }

    @Override
    public List<StatusCause> validateUpdate(ObjectNode object, ObjectNode old) {
        return List.of();
    }
}
