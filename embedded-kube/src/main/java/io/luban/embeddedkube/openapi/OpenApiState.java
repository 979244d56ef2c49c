package io.luban.embeddedkube.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The documents of one state of the registry. */
final class OpenApiState {

    private final long generation;
    private final long remoteGeneration;
    private final Map<String, ObjectNode> remote;
    private final SchemaLibrary library;
    private final Map<String, List<ResourceType>> groupVersions;
    private final Map<String, PackedDocument> documents = new ConcurrentHashMap<>();

    private OpenApiState(
            long generation,
            RemoteDocuments remotes,
            SchemaLibrary library,
            Map<String, List<ResourceType>> groupVersions) {
        this.generation = generation;
        this.remoteGeneration = remotes.generation();
        this.remote = new TreeMap<>(remotes.documents());
        this.library = library;
        this.groupVersions = groupVersions;
    }

    static OpenApiState of(Registry registry, RemoteDocuments remotes, SchemaLibrary library) {
        long generation = registry.generation();
        var groupVersions = new LinkedHashMap<String, List<ResourceType>>();
        for (var type : registry.all()) {
            groupVersions
                    .computeIfAbsent(name(type), added -> new ArrayList<>())
                    .add(type);
        }
        return new OpenApiState(generation, remotes, library, groupVersions);
    }

    /** The state of the registry now; documents of group versions that have not changed are kept. */
    OpenApiState next(Registry registry, RemoteDocuments remotes) {
        var next = of(registry, remotes, library);
        documents.forEach((name, document) -> {
            var types = groupVersions.get(name);
            if (types != null && types.equals(next.groupVersions.get(name))) {
                next.documents.put(name, document);
            }
        });
        return next;
    }

    /** Address of a document within the server. */
    static String url(String groupVersion, String hash) {
        return "/openapi/v3/" + groupVersion + "?hash=" + hash;
    }

    long generation() {
        return generation;
    }

    long remoteGeneration() {
        return remoteGeneration;
    }

    ObjectNode index() {
        var json = Json.object();
        var paths = json.putObject("paths");
        var names = new LinkedHashSet<>(groupVersions.keySet());
        names.addAll(remote.keySet());
        for (var name : names) {
            paths.putObject(name)
                    .put(
                            "serverRelativeURL",
                            url(name, document(name).orElseThrow().hash()));
        }
        return json;
    }

    /** The document of {@code api/v1} or {@code apis/group/version}. */
    Optional<PackedDocument> document(String name) {
        return Optional.ofNullable(groupVersions.get(name))
                .map(types -> documents.computeIfAbsent(name, added -> packed(types)))
                .or(() -> Optional.ofNullable(remote.get(name))
                        .map(found -> documents.computeIfAbsent(name, added -> PackedDocument.of(found))));
    }

    PackedDocument swagger() {
        return documents.computeIfAbsent("swagger", added -> PackedDocument.of(Swagger.of(allDocuments())));
    }

    private List<ObjectNode> allDocuments() {
        return Stream.concat(
                        groupVersions.values().stream().map(types -> GroupVersionDocument.of(types, library)),
                        remote.values().stream())
                .toList();
    }

    private PackedDocument packed(List<ResourceType> types) {
        return PackedDocument.of(GroupVersionDocument.of(types, library));
    }

    private static String name(ResourceType type) {
        var kind = type.kind();
        return kind.group().isEmpty() ? "api/" + kind.version() : "apis/" + kind.apiVersion();
    }
}
