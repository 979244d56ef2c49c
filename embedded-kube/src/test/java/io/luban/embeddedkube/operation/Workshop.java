package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.memory.MemoryStore;
import io.luban.embeddedkube.operation.Operations.Target;
import io.luban.embeddedkube.operation.WriteOptions.FieldValidation;
import io.luban.embeddedkube.registry.BuiltInRegistry;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The writing verbs over a store in memory, with a namespace {@code default} to write into. */
final class Workshop {
    static final Registry REGISTRY = BuiltInRegistry.of(SchemaLibrary.load());
    static final ResourceType NAMESPACES = type("", "v1", "namespaces");
    static final ResourceType CONFIG_MAPS = type("", "v1", "configmaps");
    static final ResourceType DEPLOYMENTS = type("apps", "v1", "deployments");
    static final ResourceType PODS = type("", "v1", "pods");
    static final ResourceType LEASES = type("coordination.k8s.io", "v1", "leases");

    final MemoryStore store = new MemoryStore();
    final List<String> warnings = new ArrayList<>();
    final List<AdmissionPlugin> admission = new ArrayList<>();
    final List<CommitParticipant> participants = new ArrayList<>();

    Workshop() {
        create(NAMESPACES, "", "{'metadata':{'name':'default'}}");
    }

    StandardOperations operations() {
        var clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);
        return new StandardOperations(new OperationParts(store, admission, participants, Ids.random(), clock));
    }

    ObjectNode create(ResourceType type, String namespace, String json) {
        return operations().create(User.SYSTEM, type, namespace, json(json), options(FieldValidation.WARN));
    }

    ObjectNode create(ResourceType type, String json) {
        return create(type, "default", json);
    }

    ObjectNode update(ResourceType type, String name, String json) {
        return operations()
                .update(User.SYSTEM, type, Target.of("default", name), json(json), options(FieldValidation.WARN));
    }

    WriteOptions options(FieldValidation validation) {
        return new WriteOptions("tester", validation, false, false, warnings::add);
    }

    /** JSON written with single quotes. */
    static ObjectNode json(String text) {
        return (ObjectNode) Json.parse(text.replace('\'', '"'));
    }

    static ResourceType type(String group, String version, String plural) {
        return REGISTRY.find(group, version, plural).orElseThrow();
    }
}
