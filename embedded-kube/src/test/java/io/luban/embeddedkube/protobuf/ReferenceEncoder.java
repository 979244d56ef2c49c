package io.luban.embeddedkube.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.embeddedkube.schema.TypeDefinition;
import io.luban.embeddedkube.schema.TypeDefinition.Items;
import io.luban.embeddedkube.schema.TypeDefinition.Leaf;
import io.luban.embeddedkube.schema.TypeDefinition.Member;
import io.luban.embeddedkube.schema.TypeDefinition.Reference;
import io.luban.embeddedkube.schema.TypeDefinition.Shape;
import io.luban.embeddedkube.schema.TypeDefinition.Values;
import io.luban.model.Json;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Encodes JSON objects with the published descriptors; finds fields by name, so that our numbers are checked. */
final class ReferenceEncoder {
    private static final List<String> FILES = List.of(
            "Meta",
            "V1",
            "V1Admissionregistration",
            "V1Apiextensions",
            "V1Apps",
            "V1Authentication",
            "V1Authorization",
            "V1Autoscaling",
            "V2Autoscaling",
            "V1Batch",
            "V1Certificates",
            "V1Coordination",
            "V1Discovery",
            "V1Events",
            "V1Flowcontrol",
            "V1Networking",
            "V1Node",
            "V1Policy",
            "V1Rbac",
            "V1Scheduling",
            "V1Storage");
    private static final Map<String, String> RENAMED =
            Map.of("uid", "uID", "apiGroup", "aPIGroup", "$ref", "ref", "$schema", "schema");

    private final SchemaLibrary library;
    private final Map<String, Descriptor> descriptors = new HashMap<>();

    ReferenceEncoder(SchemaLibrary library) throws ReflectiveOperationException {
        this.library = library;
        for (var file : FILES) {
            var type = Class.forName("io.kubernetes.client.proto." + file);
            var descriptor = (FileDescriptor) type.getMethod("getDescriptor").invoke(null);
            descriptor
                    .getMessageTypes()
                    .forEach(message -> descriptors.put(
                            message.getFullName()
                                    .replaceFirst("^k8s\\.io\\.", "io.k8s.")
                                    .replace("apiextensions_apiserver", "apiextensions-apiserver"),
                            message));
        }
    }

    boolean knows(String type) {
        return descriptors.containsKey(type);
    }

    byte[] message(JsonNode object, String type) {
        return dynamic(object, type).toByteArray();
    }

    static byte[] envelope(String apiVersion, String kind, byte[] raw) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {'k', '8', 's', 0});
        var type = new ByteArrayOutputStream();
        delimited(type, 1, apiVersion.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        delimited(type, 2, kind.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        delimited(out, 1, type.toByteArray());
        delimited(out, 2, raw);
        delimited(out, 3, new byte[0]);
        delimited(out, 4, new byte[0]);
        return out.toByteArray();
    }

    private static void delimited(ByteArrayOutputStream out, int field, byte[] bytes) {
        out.write((field << 3) | 2);
        int length = bytes.length;
        while (length > 127) {
            out.write((length & 0x7f) | 0x80);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(bytes);
    }

    private Message dynamic(JsonNode object, String type) {
        var descriptor = Objects.requireNonNull(descriptors.get(type), type);
        var builder = DynamicMessage.newBuilder(descriptor);
        fill(builder, object, library.definition(type), descriptor);
        return builder.build();
    }

    private void fill(DynamicMessage.Builder builder, JsonNode object, TypeDefinition type, Descriptor descriptor) {
        for (var member : type.members()) {
            if (member.facts().inline()) {
                var inner = ((Reference) member.shape()).type();
                builder.setField(descriptor.findFieldByName(member.name()), dynamic(object, inner));
            } else if (object.has(member.name()) && member.number() > 0) {
                set(builder, field(descriptor, member), object.get(member.name()), member.shape());
            }
        }
    }

    private static FieldDescriptor field(Descriptor descriptor, Member member) {
        var name = member.name();
        var camel = new StringBuilder();
        for (var word : name.split("-", -1)) {
            camel.append(
                    camel.isEmpty()
                            ? word
                            : word.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + word.substring(1));
        }
        var capitalized = name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1);
        for (var candidate : List.of(name, capitalized, RENAMED.getOrDefault(name, name), camel.toString())) {
            var found = descriptor.findFieldByName(candidate);
            if (found != null) {
                return found;
            }
        }
        throw new AssertionError(descriptor.getFullName() + " has no field for " + name);
    }

    private void set(DynamicMessage.Builder builder, FieldDescriptor field, JsonNode value, Shape shape) {
        switch (shape) {
            case Items items ->
                value.forEach(item -> builder.addRepeatedField(field, single(field, item, items.shape())));
            case Values values ->
                value.properties().forEach(entry -> {
                    var entryType = field.getMessageType();
                    var valueField = entryType.findFieldByName("value");
                    builder.addRepeatedField(
                            field,
                            DynamicMessage.newBuilder(entryType)
                                    .setField(entryType.findFieldByName("key"), entry.getKey())
                                    .setField(valueField, single(valueField, entry.getValue(), values.shape()))
                                    .build());
                });
            default -> builder.setField(field, single(field, value, shape));
        }
    }

    private Object single(FieldDescriptor field, JsonNode value, Shape shape) {
        if (shape instanceof Reference reference) {
            return dynamic(value, reference.type());
        }
        return switch (((Leaf) shape).type()) {
            case STRING -> value.textValue();
            case INT32 -> value.intValue();
            case INT64 -> value.longValue();
            case BOOL -> value.booleanValue();
            case DOUBLE -> value.doubleValue();
            case BYTES -> ByteString.copyFrom(Base64.getDecoder().decode(value.textValue()));
            case QUANTITY -> with(field, "string", value.textValue());
            case TIME, MICRO_TIME -> {
                var time = Instant.parse(value.textValue());
                var type = field.getMessageType();
                yield DynamicMessage.newBuilder(type)
                        .setField(type.findFieldByName("seconds"), time.getEpochSecond())
                        .setField(type.findFieldByName("nanos"), time.getNano())
                        .build();
            }
            case INT_OR_STRING -> {
                var type = field.getMessageType();
                yield DynamicMessage.newBuilder(type)
                        .setField(type.findFieldByName("type"), value.isTextual() ? 1L : 0L)
                        .setField(type.findFieldByName("intVal"), value.isTextual() ? 0 : value.intValue())
                        .setField(type.findFieldByName("strVal"), value.isTextual() ? value.textValue() : "")
                        .build();
            }
            case RAW_JSON ->
                with(
                        field,
                        field.getMessageType().findFieldByName("raw") == null ? "Raw" : "raw",
                        ByteString.copyFrom(Json.bytes(value)));
            case STRINGS -> {
                var type = field.getMessageType();
                var builder = DynamicMessage.newBuilder(type);
                value.forEach(item -> builder.addRepeatedField(type.findFieldByName("items"), item.textValue()));
                yield builder.build();
            }
            case SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_STRINGS -> union(field.getMessageType(), value);
        };
    }

    private Message union(Descriptor type, JsonNode value) {
        var builder = DynamicMessage.newBuilder(type);
        var schema = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
        if (value.isObject()) {
            builder.setField(type.findFieldByName("schema"), dynamic(value, schema));
        } else if (value.isBoolean()) {
            builder.setField(type.findFieldByName("allows"), value.booleanValue());
        } else if (type.findFieldByName("property") != null) {
            value.forEach(item -> builder.addRepeatedField(type.findFieldByName("property"), item.textValue()));
        } else {
            value.forEach(item -> builder.addRepeatedField(type.findFieldByName("jSONSchemas"), dynamic(item, schema)));
        }
        return builder.build();
    }

    private static Message with(FieldDescriptor field, String member, Object value) {
        var type = field.getMessageType();
        return DynamicMessage.newBuilder(type)
                .setField(type.findFieldByName(member), value)
                .build();
    }
}
