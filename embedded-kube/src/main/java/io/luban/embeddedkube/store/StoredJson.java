package io.luban.embeddedkube.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.luban.model.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The members of stored bytes that the store itself needs, read without building a tree; reading ends with metadata.
 *
 * @param versionStart offset of the first digit of {@code metadata.resourceVersion}
 */
record StoredJson(StoredMetadata metadata, int versionStart, int versionEnd) {

    /** Throws when the bytes are not a stored object, which only damage can cause. */
    static StoredJson read(byte[] json) throws IOException {
        try (var parser = Json.mapper().createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var member = parser.currentName();
                parser.nextToken();
                if (member.equals("metadata")) {
                    return metadata(parser);
                }
                parser.skipChildren();
            }
        }
        throw new IOException("object without metadata");
    }

    private static StoredJson metadata(JsonParser parser) throws IOException {
        var uid = "";
        Map<String, String> labels = Map.of();
        List<String> ownerUids = List.of();
        boolean isTerminating = false;
        int start = -1;
        int end = -1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var member = parser.currentName();
            parser.nextToken();
            switch (member) {
                case "uid" -> uid = parser.getText();
                case "labels" -> labels = labels(parser);
                case "ownerReferences" -> ownerUids = ownerUids(parser);
                case "deletionTimestamp" -> isTerminating = parser.currentToken() != JsonToken.VALUE_NULL;
                case "resourceVersion" -> {
                    start = (int) parser.currentTokenLocation().getByteOffset() + 1;
                    end = start + parser.getTextLength();
                }
                default -> parser.skipChildren();
            }
        }
        if (start < 0) {
            throw new IOException("object without resourceVersion");
        }
        return new StoredJson(new StoredMetadata(uid, labels, ownerUids, isTerminating), start, end);
    }

    private static Map<String, String> labels(JsonParser parser) throws IOException {
        var labels = new HashMap<String, String>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var key = StoreKeys.sharedText(parser.currentName());
            parser.nextToken();
            labels.put(key, parser.getText());
        }
        return StoreKeys.sharedLabels(labels);
    }

    private static List<String> ownerUids(JsonParser parser) throws IOException {
        var uids = new ArrayList<String>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var member = parser.currentName();
                parser.nextToken();
                if (member.equals("uid")) {
                    uids.add(parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
        }
        return StoreKeys.sharedOwners(uids);
    }
}
