package io.luban.kubeschemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the model classes of the official client know: member names, required members, descriptions. They are read as
 * class files, because loading them would drag in the libraries they are written for.
 */
final class Models {
    private static final String PACKAGE = "/io/kubernetes/client/openapi/models/";
    private static final String DESCRIPTION = "Lio/swagger/annotations/ApiModelProperty;";
    private static final String TYPE_DESCRIPTION = "Lio/swagger/annotations/ApiModel;";

    private final Map<String, Optional<Model>> models = new HashMap<>();

    /**
     * One model.
     *
     * @param members JSON names with descriptors of their Java types
     */
    record Model(
            String description, Map<String, String> members, Set<String> required, Map<String, String> descriptions) {}

    /** The model of that simple class name, such as {@code V1Pod}. */
    Optional<Model> find(String simpleName) {
        return models.computeIfAbsent(simpleName, Models::read);
    }

    private static Optional<Model> read(String simpleName) {
        try (var in = Models.class.getResourceAsStream(PACKAGE + simpleName + ".class")) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(model(ClassFile.of().parse(in.readAllBytes())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Model model(ClassModel file) {
        var sets = new HashMap<String, Set<String>>();
        var descriptions = new HashMap<String, String>();
        for (var method : file.methods()) {
            var name = method.methodName().stringValue();
            if (name.equals("<clinit>")) {
                collectSets(method, sets);
            } else if (name.startsWith("get") || name.startsWith("is")) {
                annotation(
                                method.findAttribute(Attributes.runtimeVisibleAnnotations())
                                        .map(found -> found.annotations())
                                        .orElse(List.of()),
                                DESCRIPTION)
                        .ifPresent(text -> descriptions.put(memberName(name), text));
            }
        }
        var description = annotation(
                        file.findAttribute(Attributes.runtimeVisibleAnnotations())
                                .map(found -> found.annotations())
                                .orElse(List.of()),
                        TYPE_DESCRIPTION)
                .orElse("");
        var names = sets.getOrDefault("openapiFields", Set.of());
        return new Model(
                description,
                memberTypes(file, names),
                sets.getOrDefault("openapiRequiredFields", Set.of()),
                byJsonName(names, descriptions));
    }

    /** The static initializer fills both sets by calls of {@code add} with constants. */
    private static void collectSets(MethodModel method, Map<String, Set<String>> sets) {
        var set = "";
        var constant = "";
        for (var element : method.code().orElseThrow()) {
            if (element instanceof FieldInstruction field) {
                set = field.name().stringValue();
            } else if (element instanceof ConstantInstruction load && load.constantValue() instanceof String text) {
                constant = text;
            } else if (element instanceof InvokeInstruction call && call.name().equalsString("add")) {
                sets.computeIfAbsent(set, key -> new LinkedHashSet<>()).add(constant);
            }
        }
    }

    private static Optional<String> annotation(List<Annotation> annotations, String type) {
        return annotations.stream()
                .filter(found -> found.className().equalsString(type))
                .flatMap(found -> found.elements().stream())
                .filter(element ->
                        element.name().equalsString("value") || element.name().equalsString("description"))
                .map(element -> element.value() instanceof AnnotationValue.OfString text ? text.stringValue() : "")
                .findFirst();
    }

    private static Map<String, String> memberTypes(ClassModel file, Set<String> names) {
        var types = new HashMap<String, String>();
        for (var field : file.fields()) {
            var signature = field.findAttribute(Attributes.signature())
                    .map(found -> found.signature().stringValue())
                    .orElse(field.fieldType().stringValue());
            types.put(simplified(field.fieldName().stringValue()), signature);
        }
        var result = new LinkedHashMap<String, String>();
        names.forEach(name -> result.put(name, types.getOrDefault(simplified(name), "")));
        return result;
    }

    private static Map<String, String> byJsonName(Set<String> names, Map<String, String> descriptions) {
        var result = new HashMap<String, String>();
        for (var name : names) {
            var text = descriptions.get(simplified(name));
            if (text != null) {
                result.put(name, text);
            }
        }
        return result;
    }

    private static String memberName(String getter) {
        return simplified(getter.startsWith("get") ? getter.substring(3) : getter.substring(2));
    }

    /** Java names differ from JSON names in case and punctuation only. */
    private static String simplified(String name) {
        var letters = new StringBuilder();
        name.chars().filter(Character::isLetterOrDigit).forEach(c -> letters.append((char) Character.toLowerCase(c)));
        return letters.toString();
    }
}
