package io.luban.kubeschemas;

import io.luban.kubeschemas.TypeData.Array;
import io.luban.kubeschemas.TypeData.Flag;
import io.luban.kubeschemas.TypeData.Kind;
import io.luban.kubeschemas.TypeData.Leaf;
import io.luban.kubeschemas.TypeData.LeafType;
import io.luban.kubeschemas.TypeData.Member;
import io.luban.kubeschemas.TypeData.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Types of apiregistration.k8s.io: the only served group without published messages, so the models alone tell. */
final class RegistrationTypes {
    private static final String PACKAGE = "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.";
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    private static final Map<String, String> MODELS = Map.of(
            "APIService", "V1APIService",
            "APIServiceSpec", "V1APIServiceSpec",
            "APIServiceStatus", "V1APIServiceStatus",
            "APIServiceCondition", "V1APIServiceCondition",
            "ServiceReference", "ApiregistrationV1ServiceReference");

    private final Models models;
    private final Tables tables;
    private final Consumer<String> needed;

    RegistrationTypes(Models models, Tables tables, Consumer<String> needed) {
        this.models = models;
        this.tables = tables;
        this.needed = needed;
    }

    Collection<TypeData> build() {
        needed.accept(META);
        var types = new LinkedHashMap<String, TypeData>();
        MODELS.forEach(
                (name, model) -> types.put(name, type(name, models.find(model).orElseThrow())));
        return types.values();
    }

    private TypeData type(String name, Models.Model model) {
        var members = new ArrayList<Member>();
        for (var member : model.members().entrySet()) {
            var facts = new MemberFacts(tables, PACKAGE + name, member.getKey());
            members.add(facts.member(
                    0,
                    model.descriptions().getOrDefault(member.getKey(), ""),
                    model.required().contains(member.getKey()),
                    EnumSet.noneOf(Flag.class),
                    kind(member.getValue())));
        }
        return new TypeData(PACKAGE + name, model.description(), tables.isAtomic(PACKAGE + name), members);
    }

    private static Kind kind(String signature) {
        if (signature.startsWith("Ljava/util/List<")) {
            var item = signature.substring("Ljava/util/List<".length(), signature.length() - 2);
            return item.equals("Ljava/lang/Byte;")
                    ? new Leaf(LeafType.BYTES)
                    : new Array(kind(item), "", List.of(), Map.of());
        }
        var simple = signature.substring(signature.lastIndexOf('/') + 1).replace(";", "");
        return switch (simple) {
            case "String" -> new Leaf(LeafType.STRING);
            case "Integer" -> new Leaf(LeafType.INT32);
            case "Boolean" -> new Leaf(LeafType.BOOL);
            case "OffsetDateTime" -> new Leaf(LeafType.TIME);
            case "[B" -> new Leaf(LeafType.BYTES);
            case "V1ObjectMeta" -> new Reference(META);
            default ->
                new Reference(PACKAGE
                        + MODELS.entrySet().stream()
                                .filter(entry -> entry.getValue().equals(simple))
                                .findFirst()
                                .orElseThrow(() -> new IllegalStateException("no type for " + signature))
                                .getKey());
        };
    }
}
