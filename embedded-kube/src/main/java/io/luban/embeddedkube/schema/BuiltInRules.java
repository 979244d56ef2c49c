package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.GroupVersionKind;
import io.luban.model.StatusCause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Rules of one built-in kind: canonical form and always-present members from its type, the rest kind by kind. */
public final class BuiltInRules implements KindRules {
    private static final String DEFINITION = "CustomResourceDefinition";

    private final GroupVersionKind kind;
    private final Canonicalizer canonicalizer;
    private final StructureCheck structure;
    private final FindingOrder order;
    private final Consumer<ObjectNode> defaults;
    private final BiConsumer<ObjectNode, Findings> validation;
    private final UpdateRules.Check update;

    private BuiltInRules(SchemaLibrary library, GroupVersionKind kind) {
        this.kind = kind;
        canonicalizer = new Canonicalizer(library, kind);
        var type = library.typeName(kind).orElseThrow();
        structure = new StructureCheck(library, type);
        order = new FindingOrder(library, type);
        defaults = KindHooks.defaults(kind);
        validation = ValidationHooks.validation(kind);
        update = ValidationHooks.update(kind);
    }

    /** The rules of a kind whose type the library knows. */
    public static BuiltInRules of(SchemaLibrary library, GroupVersionKind kind) {
        return new BuiltInRules(library, kind);
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
        var findings = new Findings();
        // Definitions of custom resources are judged, with words of their own, by those who serve them.
        if (!kind.kind().equals(DEFINITION)) {
            structure.check(object, findings);
            validation.accept(object, findings);
        }
        return order.sorted(findings.causes());
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        return PodWarnings.of(kind.kind(), object);
    }

    @Override
    public List<StatusCause> validatePart(String subresource, ObjectNode object, ObjectNode old) {
        var check = kind.kind().equals("Pod") ? PodUpdates.of(subresource) : Optional.<UpdateRules.Check>empty();
        if (check.isEmpty()) {
            return validateChange(object, old);
        }
        var findings = new Findings();
        check.get().check(object, old, findings);
        var problems = new ArrayList<>(validate(object));
        problems.addAll(findings.causes());
        return problems;
    }

    @Override
    public List<StatusCause> validateUpdate(ObjectNode object, ObjectNode old) {
        var findings = new Findings();
        update.check(object, old, findings);
        return findings.causes();
    }
}
