package io.luban.apiserver.image;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Pictures in ConfigMaps, cut into parts that Kubernetes takes. The map that names a picture is written last, so a picture
 * is there as a whole or not at all; every gateway sees it, and it outlives them.
 */
final class ImageStore {
    private static final int PART = 512 * 1024;
    private static final int MOST_PARTS = 8;
    private static final long MOST_CACHED = 32L * 1024 * 1024;
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(2);
    private static final int MOST_UNKNOWN = 10_000;
    private static final String NAME = "static-image-";
    private static final String BYTES = "bytes";
    private static final String PARTS = "parts";
    private static final Pattern FILE = Pattern.compile("[0-9a-f]{32}\\.[a-z]{3,4}");

    private final KubeRest kube;
    private final String collection;
    private final Cache<String, byte[]> images = Caffeine.newBuilder()
            .maximumWeight(MOST_CACHED)
            .weigher((String file, byte[] bytes) -> 100 + bytes.length)
            .expireAfterAccess(KEPT)
            .build();
    private final Cache<String, Boolean> unknown = Caffeine.newBuilder()
            .maximumSize(MOST_UNKNOWN)
            .expireAfterWrite(UNKNOWN_FOR)
            .build();

    ImageStore(KubeRest kube, String namespace) {
        this.kube = kube;
        collection = "/api/v1/namespaces/%s/configmaps".formatted(namespace);
    }

    /** Keeps a picture and answers its file name, which follows from the bytes. */
    String put(byte[] image, String ending) {
        var digest = digest(image);
        int parts = Math.max(1, (image.length + PART - 1) / PART);
        for (int i = 0; i < parts; i++) {
            var part = object(digest, NAME + digest + "-" + i);
            part.putObject("binaryData")
                    .put(BYTES, Arrays.copyOfRange(image, i * PART, Math.min(image.length, (i + 1) * PART)));
            create(part);
        }
        var file = digest + ending;
        var head = object(digest, NAME + file);
        head.putObject("data").put(PARTS, Integer.toString(parts));
        create(head);
        unknown.invalidate(file);
        images.put(file, image);
        return file;
    }

    private static ObjectNode object(String digest, String name) {
        var object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        var metadata = object.putObject("metadata").put("name", name);
        metadata.putObject("labels").put("kubesphere.io/static-image", digest);
        return object;
    }

    private void create(ObjectNode object) {
        try {
            kube.create(collection, object);
        } catch (ApiException e) {
            // the same name means the same bytes
            if (e.code() != 409) {
                throw e;
            }
        }
    }

    /** The picture of that file name; empty when there is none. Blocks where it was not read lately. */
    Optional<byte[]> find(String file) {
        var known = images.getIfPresent(file);
        if (known != null) {
            return Optional.of(known);
        }
        if (!FILE.matcher(file).matches() || unknown.getIfPresent(file) != null) {
            return Optional.empty();
        }
        var read = read(file);
        read.ifPresentOrElse(bytes -> images.put(file, bytes), () -> unknown.put(file, true));
        return read;
    }

    private Optional<byte[]> read(String file) {
        var digest = file.substring(0, file.indexOf('.'));
        int parts = kube.find(collection + "/" + NAME + file)
                .map(head -> head.path("data").path(PARTS).asInt(0))
                .orElse(0);
        if (parts < 1 || parts > MOST_PARTS) {
            return Optional.empty();
        }
        var image = new ByteArrayOutputStream();
        for (int i = 0; i < parts; i++) {
            var part = kube.find(collection + "/" + NAME + digest + "-" + i);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            image.writeBytes(bytes(part.get(), file));
        }
        var bytes = image.toByteArray();
        return digest(bytes).equals(digest) ? Optional.of(bytes) : Optional.empty();
    }

    private static byte[] bytes(ObjectNode part, String file) {
        try {
            return part.path("binaryData").path(BYTES).binaryValue();
        } catch (IOException e) {
            throw ApiException.internal("the image %s is damaged: %s".formatted(file, e.getMessage()));
        }
    }

    /** Names pictures as the original does; nothing relies on it being hard to collide but the part check above. */
    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java lacks MD5", e);
        }
    }
}
