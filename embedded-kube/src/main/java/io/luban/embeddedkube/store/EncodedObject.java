package io.luban.embeddedkube.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An object as bytes that lack only their {@code metadata.resourceVersion}, made on the caller's thread so that the
 * writer has nothing left to do but to insert the digits. Begins with apiVersion, kind and metadata in this order
 * whatever the tree's order: readers strip or skip these by position.
 */
record EncodedObject(
        ObjectKey key,
        byte[] template,
        int splice,
        String uid,
        Map<String, String> labels,
        List<String> ownerUids,
        boolean isTerminating) {

    static EncodedObject of(ObjectKey key, ObjectNode object) {
        var metadata = object.path("metadata");
        var out = new ByteArrayOutputStream(1024);
        try (var generator = Json.mapper().createGenerator(out)) {
            var provider = Json.mapper().getSerializerProviderInstance();
            int splice = write(object, metadata, generator, provider, out);
            return new EncodedObject(
                    StoreKeys.shared(key),
                    out.toByteArray(),
                    splice,
                    metadata.path("uid").asText(),
                    labels(metadata),
                    ownerUids(metadata),
                    metadata.hasNonNull("deletionTimestamp"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int write(
            ObjectNode object,
            JsonNode metadata,
            JsonGenerator generator,
            SerializerProvider provider,
            ByteArrayOutputStream out)
            throws IOException {
        generator.writeStartObject();
        for (var member : List.of("apiVersion", "kind")) {
            if (object.has(member)) {
                generator.writeStringField(member, object.get(member).asText());
            }
        }
        generator.writeObjectFieldStart("metadata");
        int splice = -1;
        boolean placed = metadata.has("resourceVersion");
        for (var member : metadata.properties()) {
            if (member.getKey().equals("resourceVersion")) {
                splice = writeVersion(generator, out);
                continue;
            }
            generator.writeFieldName(member.getKey());
            member.getValue().serialize(generator, provider);
            if (!placed && member.getKey().equals("uid")) {
                splice = writeVersion(generator, out);
            }
        }
        splice = splice < 0 ? writeVersion(generator, out) : splice;
        generator.writeEndObject();
        for (var member : object.properties()) {
            if (!isHead(member.getKey())) {
                generator.writeFieldName(member.getKey());
                member.getValue().serialize(generator, provider);
            }
        }
        generator.writeEndObject();
        generator.flush();
        return splice;
    }

    private static boolean isHead(String member) {
        return switch (member) {
            case "apiVersion", "kind", "metadata" -> true;
            default -> false;
        };
    }

    private static int writeVersion(JsonGenerator generator, ByteArrayOutputStream out) throws IOException {
        generator.writeStringField("resourceVersion", "");
        generator.flush();
        return out.size() - 1;
    }

    private static Map<String, String> labels(JsonNode metadata) {
        var labels = new HashMap<String, String>();
        metadata.path("labels")
                .properties()
                .forEach(label -> labels.put(
                        StoreKeys.sharedText(label.getKey()), label.getValue().asText()));
        return StoreKeys.sharedLabels(labels);
    }

    private static List<String> ownerUids(JsonNode metadata) {
        var uids = new ArrayList<String>();
        metadata.path("ownerReferences")
                .forEach(owner -> uids.add(owner.path("uid").asText()));
        return StoreKeys.sharedOwners(uids);
    }

    /** The stored form of a revision, its bytes in memory. */
    StoredObject at(long createRevision, long revision) {
        var metadata = new StoredMetadata(uid, labels, ownerUids, isTerminating);
        return new StoredObject(key, splice(template, splice, splice, revision), createRevision, revision, metadata);
    }

    /** The stored form of a revision as it shall be kept. */
    StoredObject at(long createRevision, long revision, LargeValues values) {
        int digits = Long.toString(revision).length();
        return values.created(at(createRevision, revision), splice, splice + digits);
    }

    /** The bytes with those from {@code start} to {@code end} replaced by the digits of the revision. */
    static byte[] splice(byte[] json, int start, int end, long revision) {
        var digits = Long.toString(revision).getBytes(StandardCharsets.US_ASCII);
        var spliced = new byte[json.length - (end - start) + digits.length];
        System.arraycopy(json, 0, spliced, 0, start);
        System.arraycopy(digits, 0, spliced, start, digits.length);
        System.arraycopy(json, end, spliced, start + digits.length, json.length - end);
        return spliced;
    }
}
