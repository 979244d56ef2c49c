package io.luban.kubecel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelFunctionBinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers functions: how they are called, and what they do. */
final class Functions {
    private final Map<String, List<CelOverloadDecl>> declared = new LinkedHashMap<>();
    private final List<CelFunctionBinding> bindings = new ArrayList<>();

    /** What a function does; arguments have the classes of their types. */
    @FunctionalInterface
    interface Body {
        Object call(Object... arguments);
    }

    /** A function {@code name(…)}. */
    Functions global(String name, String id, CelType result, List<CelType> parameters, Body body) {
        return add(name, CelOverloadDecl.newGlobalOverload(id, result, parameters), parameters, body);
    }

    /** A function {@code receiver.name(…)}; the receiver is the first parameter. */
    Functions member(String name, String id, CelType result, List<CelType> parameters, Body body) {
        return add(name, CelOverloadDecl.newMemberOverload(id, result, parameters), parameters, body);
    }

    @SuppressWarnings("Immutable") // no body has state
    private Functions add(String name, CelOverloadDecl overload, List<CelType> parameters, Body body) {
        declared.computeIfAbsent(name, first -> new ArrayList<>()).add(overload);
        var classes = new ArrayList<Class<?>>();
        parameters.forEach(type -> classes.add(KubeTypes.classOf(type)));
        bindings.add(CelFunctionBinding.from(overload.overloadId(), classes, body::call));
        return this;
    }

    /** What the type check knows. */
    List<CelFunctionDecl> declarations() {
        return declared.entrySet().stream()
                .map(entry -> CelFunctionDecl.newFunctionDeclaration(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** What evaluation calls. */
    List<CelFunctionBinding> bindings() {
        return List.copyOf(bindings);
    }
}
