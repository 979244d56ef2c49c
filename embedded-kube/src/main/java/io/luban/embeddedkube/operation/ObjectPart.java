package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.registry.ResourceType.Trait;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;

/** Which part of an object a write may change; everything else keeps the stored value. */
enum ObjectPart {
    /** All but what a status subresource guards. */
    WHOLE {
        @Override
        ObjectNode confine(ResourceType type, ObjectNode updated, ObjectNode old) {
            if (type.has(Trait.STATUS_SUBRESOURCE)) {
                take(updated, old, "status");
            }
            if (NamespaceGate.isNamespaces(type) || type.resource().equals(SIGNING_REQUESTS)) {
                take(updated, old, "spec");
            }
            return updated;
        }
    },
    /** The status; of built-in kinds the metadata without labels as well. */
    STATUS {
        @Override
        ObjectNode confine(ResourceType type, ObjectNode updated, ObjectNode old) {
            var result = old.deepCopy();
            take(result, updated, "status");
            if (type.custom()) {
                Metadata.of(result).takeFrom(Metadata.of(updated), "managedFields");
            } else {
                take(result, updated, "metadata");
                Metadata.of(result).takeFrom(Metadata.of(old), "labels");
            }
            return result;
        }
    },
    /** {@code spec.finalizers} of a namespace. */
    FINALIZE {
        @Override
        ObjectNode confine(ResourceType type, ObjectNode updated, ObjectNode old) {
            var result = old.deepCopy();
            var finalizers = updated.path("spec").get("finalizers");
            var spec = result.withObjectProperty("spec");
            if (finalizers == null || finalizers.isEmpty()) {
                spec.remove("finalizers");
            } else {
                spec.set("finalizers", finalizers.deepCopy());
            }
            return result;
        }
    },
    /** Approval and denial conditions of a certificate signing request. */
    APPROVAL {
        @Override
        ObjectNode confine(ResourceType type, ObjectNode updated, ObjectNode old) {
            var result = old.deepCopy();
            var conditions = updated.path("status").get("conditions");
            if (conditions != null) {
                result.withObjectProperty("status").set("conditions", conditions.deepCopy());
            }
            return result;
        }
    },
    /** The containers that are put beside those of a running pod. */
    EPHEMERAL_CONTAINERS {
        @Override
        ObjectNode confine(ResourceType type, ObjectNode updated, ObjectNode old) {
            var result = old.deepCopy();
            var containers = updated.path("spec").get("ephemeralContainers");
            if (containers == null) {
                result.withObjectProperty("spec").remove("ephemeralContainers");
            } else {
                result.withObjectProperty("spec").set("ephemeralContainers", containers.deepCopy());
            }
            Metadata.of(result).takeFrom(Metadata.of(updated), "managedFields");
            return result;
        }
    },
    /** What the containers of a pod ask for; other containers than before are left to the rules to refuse. */
    RESIZE {
        @Override
        ObjectNode confine(ResourceType type, ObjectNode updated, ObjectNode old) {
            var result = old.deepCopy();
            for (var list : List.of("containers", "initContainers")) {
                if (namesOf(updated, list).equals(namesOf(old, list))) {
                    resize(result.path("spec").path(list), updated.path("spec").path(list));
                } else {
                    take(result.withObjectProperty("spec"), updated.withObjectProperty("spec"), list);
                }
            }
            Metadata.of(result).takeFrom(Metadata.of(updated), "managedFields");
            return result;
        }
    },
    /** Whatever the scheduler settles together with the node of a pod; only the server itself writes here. */
    BINDING {
        @Override
        ObjectNode confine(ResourceType type, ObjectNode updated, ObjectNode old) {
            return updated;
        }
    },
    /** The specification alone (scaling). */
    SPEC {
        @Override
        ObjectNode confine(ResourceType type, ObjectNode updated, ObjectNode old) {
            var result = old.deepCopy();
            take(result, updated, "spec");
            Metadata.of(result).takeFrom(Metadata.of(updated), "managedFields");
            return result;
        }
    };

    private static final GroupResource SIGNING_REQUESTS =
            new GroupResource("certificates.k8s.io", "certificatesigningrequests");

    /** {@code updated} with the stored values put back wherever this part does not reach; may change its argument. */
    abstract ObjectNode confine(ResourceType type, ObjectNode updated, ObjectNode old);

    /** The part that a subresource stands for; 404 for those that cannot be written. */
    static ObjectPart of(String subresource) {
        return switch (subresource) {
            case "" -> WHOLE;
            case "status" -> STATUS;
            case "finalize" -> FINALIZE;
            case "approval" -> APPROVAL;
            case "ephemeralcontainers" -> EPHEMERAL_CONTAINERS;
            case "resize" -> RESIZE;
            case "binding" -> BINDING;
            default -> throw ApiException.noSuchResource();
        };
    }

    /** Puts back what no write of a client changes: identity and times. */
    static void keepSystemMetadata(ObjectNode updated, ObjectNode old) {
        var metadata = Metadata.of(updated);
        var stored = Metadata.of(old);
        for (var member : List.of(
                "uid",
                "resourceVersion",
                "generation",
                "creationTimestamp",
                "deletionTimestamp",
                "deletionGracePeriodSeconds")) {
            metadata.takeFrom(stored, member);
        }
        metadata.remove("selfLink");
    }

    private static void take(ObjectNode target, ObjectNode source, String member) {
        var value = source.get(member);
        if (value == null) {
            target.remove(member);
        } else {
            target.set(member, value.deepCopy());
        }
    }

    private static List<String> namesOf(ObjectNode pod, String list) {
        var names = new ArrayList<String>();
        pod.path("spec").path(list).forEach(item -> names.add(item.path("name").asText()));
        return names;
    }

    private static void resize(JsonNode containers, JsonNode wanted) {
        for (int i = 0; i < containers.size(); i++) {
            take((ObjectNode) containers.get(i), (ObjectNode) wanted.get(i), "resources");
            take((ObjectNode) containers.get(i), (ObjectNode) wanted.get(i), "resizePolicy");
        }
    }

    /** Whether anything outside metadata (and status, where that is a part of its own) differs. */
    static boolean isNewGeneration(ResourceType type, ObjectNode updated, ObjectNode old) {
        return !Json.sameValue(desired(type, updated), desired(type, old));
    }

    private static ObjectNode desired(ResourceType type, ObjectNode object) {
        var rest = Json.object();
        rest.setAll(object);
        rest.remove("metadata");
        if (!type.custom() || type.has(Trait.STATUS_SUBRESOURCE)) {
            rest.remove("status");
        }
        return rest;
    }
}
