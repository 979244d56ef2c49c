package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.AsyncCache;
import io.luban.embeddedkube.apply.OtherVersions;
import io.luban.embeddedkube.registry.Conversion;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * How instances are served in one version. Objects written since the definition was changed last, in the version they are
 * stored in, are served as they are; all others are pruned and defaulted by the schema of the version they were stored in,
 * converted, and pruned by the schema of the version they are wanted in.
 */
final class InstanceConversion implements Conversion {
    private final String served;
    private final String stored;
    private final long epoch;
    private final Map<String, Structural> schemas;
    private final Map<String, Supplier<Schema>> structures;
    private final VersionConverter converter;
    private final AsyncCache<ServedForms.Form, byte[]> forms;
    private final byte[] head;

    /**
     * What the versions of a definition share.
     *
     * @param stored {@code apiVersion} that writes store
     * @param epoch revision of the latest change of the specification
     * @param schemas of all versions, by {@code apiVersion}
     * @param structures the same as field ownership reads them
     */
    record Versions(
            String stored,
            long epoch,
            Map<String, Structural> schemas,
            Map<String, Supplier<Schema>> structures,
            VersionConverter converter,
            ServedForms forms) {}

    /** {@code served}: the {@code apiVersion} that clients see. */
    InstanceConversion(String served, Versions versions) {
        this.served = served;
        this.stored = versions.stored();
        this.epoch = versions.epoch();
        this.schemas = versions.schemas();
        this.structures = versions.structures();
        this.converter = versions.converter();
        this.forms = versions.forms().of(converter.mayWait());
        this.head = "{\"apiVersion\":\"%s\",".formatted(stored).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isIdentity() {
        return served.equals(stored);
    }

    @Override
    public boolean keeps(StoredObject object) {
        return isIdentity() && isCurrent(object);
    }

    @Override
    public boolean isCurrent(StoredObject object) {
        return object.revision() > epoch
                && object.json().length > head.length
                && Arrays.equals(object.json(), 0, head.length, head, 0, head.length);
    }

    @Override
    public boolean mayWait() {
        return converter.mayWait();
    }

    @Override
    public String warning() {
        return isIdentity() ? "" : converter.warning();
    }

    @Override
    public ObjectNode toStored(ObjectNode object) {
        if (isIdentity()) {
            return object;
        }
        var converted = converter.convert(List.of(object), stored).getFirst();
        complete(converted, stored);
        return converted;
    }

    @Override
    public ObjectNode toServed(ObjectNode object) {
        return allToServed(List.of(object)).getFirst();
    }

    @Override
    public ObjectNode servedTree(StoredObject object) {
        return keeps(object) ? object.tree() : Json.parseObject(served(object));
    }

    @Override
    public byte[] served(StoredObject object) {
        if (keeps(object)) {
            return object.json();
        }
        prepare(List.of(object));
        var made = forms.getIfPresent(form(object));
        try {
            return made == null ? Json.bytes(toServed(object.tree())) : made.join();
        } catch (CancellationException e) {
            return Json.bytes(toServed(object.tree()));
        }
    }

    @Override
    public void prepare(List<StoredObject> objects) {
        var mine = new LinkedHashMap<StoredObject, CompletableFuture<byte[]>>();
        for (var object : objects) {
            var future = new CompletableFuture<byte[]>();
            if (!keeps(object) && forms.asMap().putIfAbsent(form(object), future) == null) {
                mine.put(object, future);
            }
        }
        if (mine.isEmpty()) {
            return;
        }
        try {
            var converted =
                    allToServed(mine.keySet().stream().map(StoredObject::tree).toList());
            int index = 0;
            for (var future : mine.values()) {
                future.complete(Json.bytes(converted.get(index++)));
            }
        } finally {
            // after a failure, whoever waits for the same objects tries for itself
            mine.values().forEach(future -> future.cancel(false));
        }
    }

    @Override
    public Optional<OtherVersions.Shown> shown(String apiVersion) {
        var structure = structures.get(apiVersion);
        if (!mayWait() || apiVersion.equals(served) || structure == null) {
            return Optional.empty();
        }
        return Optional.of(new OtherVersions.Shown(
                structure.get(), object -> converted(object, apiVersion), object -> converted(object, served)));
    }

    private ObjectNode converted(ObjectNode object, String apiVersion) {
        var result = converter.convert(List.of(object), apiVersion).getFirst();
        prune(result, apiVersion);
        return result;
    }

    private ServedForms.Form form(StoredObject object) {
        return ServedForms.Form.of(served, epoch, object);
    }

    /** Objects of one version go to the converter together. */
    private List<ObjectNode> allToServed(List<ObjectNode> objects) {
        var results = new ArrayList<>(objects);
        var byVersion = new LinkedHashMap<String, List<Integer>>();
        for (int i = 0; i < objects.size(); i++) {
            var version = Trees.text(objects.get(i), "apiVersion");
            complete(objects.get(i), version);
            if (!version.equals(served)) {
                byVersion.computeIfAbsent(version, key -> new ArrayList<>()).add(i);
            }
        }
        for (var places : byVersion.values()) {
            var converted = converter.convert(places.stream().map(objects::get).collect(Collectors.toList()), served);
            for (int i = 0; i < places.size(); i++) {
                prune(converted.get(i), served);
                results.set(places.get(i), converted.get(i));
            }
        }
        results.forEach(Defaulting::sort);
        return results;
    }

    private void complete(ObjectNode object, String version) {
        var schema = schemas.get(version);
        if (schema != null) {
            prune(object, version);
            Defaulting.fill(object, schema);
            Defaulting.sort(object);
        }
    }

    private void prune(ObjectNode object, String version) {
        var schema = schemas.get(version);
        if (schema != null) {
            Pruning.prune(object, schema, unknown -> {});
        }
    }
}
