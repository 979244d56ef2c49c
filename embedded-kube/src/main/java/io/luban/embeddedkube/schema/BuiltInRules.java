package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.GroupVersionKind;
import io.luban.model.StatusCause;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Rules of one built-in kind: canonical form and always-present members from its type, the rest kind by kind. */
public final class BuiltInRules implements KindRules {
    private final GroupVersionKind kind;
    private final Canonicalizer canonicalizer;
    private final Consumer<ObjectNode> defaults;

    private BuiltInRules(GroupVersionKind kind, Canonicalizer canonicalizer, Consumer<ObjectNode> defaults) {
        this.kind = kind;
        this.canonicalizer = canonicalizer;
        this.defaults = defaults;
    }

    /** The rules of a kind whose type the library knows. */
    public static BuiltInRules of(SchemaLibrary library, GroupVersionKind kind) {
        return new BuiltInRules(kind, new Canonicalizer(library, kind), KindHooks.defaults(kind));
    }

    @Override
    public void canonicalize(ObjectNode object, Consumer<String> unknownField) {
        canonicalizer.canonicalize(object, unknownField);
        if (kind.kind().equals("Secret") && object.remove("stringData") instanceof ObjectNode texts) {
            var data = Fill.object(object, "data");
            texts.properties()
                    .forEach(entry ->
                            data.put(entry.getKey(), base64(entry.getValue().asText())));
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void setDefaults(ObjectNode object) {
        defaults.accept(object);
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
