package io.luban.embeddedkube.operation;

import io.luban.embeddedkube.registry.ResourceType;
import io.luban.model.ObjectNames;
import java.util.List;

/** Which names the objects of a type may have. */
final class NameRules {
    private NameRules() {}

    /** Problems of a name. */
    static List<String> check(ResourceType type, String name) {
        return switch (type.resource().toString()) {
            case "namespaces" -> ObjectNames.label(name);
            case "services" -> ObjectNames.label1035(name);
            case "customresourcedefinitions.apiextensions.k8s.io", "apiservices.apiregistration.k8s.io" -> List.of();
            default ->
                type.kind().group().equals("rbac.authorization.k8s.io")
                                || type.resource().toString().equals("certificatesigningrequests.certificates.k8s.io")
                        ? ObjectNames.pathSegment(name)
                        : ObjectNames.subdomain(name);
        };
    }

    /** Problems of a prefix to which a suffix will be added; it may therefore end like no name could. */
    static List<String> checkPrefix(ResourceType type, String prefix) {
        var trimmed = prefix.endsWith("-") || prefix.endsWith(".") ? prefix.substring(0, prefix.length() - 1) : prefix;
        return trimmed.isEmpty() ? check(type, prefix) : check(type, trimmed);
    }
}
