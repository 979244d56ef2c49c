package io.luban.embeddedkube.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.table.Tables;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;

/**
 * Encodes objects of one type in one form. Stored bytes are copied, not parsed, wherever the form allows: they begin with
 * apiVersion, kind and metadata, which is all that has to be changed or cut out.
 */
final class View {
    private static final byte[] METADATA = "\"metadata\":".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PARTIAL_HEAD =
            "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":"
                    .getBytes(StandardCharsets.UTF_8);

    private final ResourceType type;
    private final Form form;
    private final IncludeObject include;
    private final Clock clock;
    private final byte[] head;

    View(ResourceType type, Form form, IncludeObject include, Clock clock) {
        this.type = type;
        this.form = form;
        this.include = include;
        this.clock = clock;
        this.head = "{\"apiVersion\":\"%s\",\"kind\":\"%s\","
                .formatted(type.kind().apiVersion(), type.kind().kind())
                .getBytes(StandardCharsets.UTF_8);
    }

    ResourceType type() {
        return type;
    }

    Form form() {
        return form;
    }

    IncludeObject include() {
        return include;
    }

    /** Bytes that an item of a list will take; exact where stored bytes are copied. */
    int estimate(StoredObject object) {
        if (form != Form.OBJECT) {
            return 512;
        }
        boolean isStripped = object.isInMemory() && hasStrippedHead(object.json());
        return object.size() - (isStripped ? head.length - 1 : 0);
    }

    private boolean hasStrippedHead(byte[] json) {
        return !type.custom() && Arrays.mismatch(json, 0, Math.min(json.length, head.length), head, 0, head.length) < 0;
    }

    /** One object by itself: with apiVersion and kind, or a table of one row. */
    void object(ByteSink out, StoredObject object, boolean withColumns) {
        switch (form) {
            case OBJECT -> out.put(served(object));
            case PARTIAL -> partial(out, object);
            case TABLE, TABLE_BETA -> {
                tableHead(out, "{\"resourceVersion\":\"" + object.revision() + "\"}", withColumns);
                row(out, object);
                out.put("]}");
            }
        }
    }

    /** One object within a list. Items of built-in lists carry neither apiVersion nor kind; clients rely on both. */
    void item(ByteSink out, StoredObject object) {
        switch (form) {
            case OBJECT -> {
                var json = served(object);
                if (hasStrippedHead(json)) {
                    out.put('{').put(json, head.length, json.length - head.length);
                } else {
                    out.put(json);
                }
            }
            case PARTIAL -> partial(out, object);
            case TABLE, TABLE_BETA -> row(out, object);
        }
    }

    /** Everything before the first item of a list. */
    void listHead(ByteSink out, String metadata) {
        if (form.isTable()) {
            tableHead(out, metadata, true);
            return;
        }
        var kind = form == Form.PARTIAL
                ? "PartialObjectMetadataList"
                : type.names().listKind();
        var apiVersion = form == Form.PARTIAL ? "meta.k8s.io/v1" : type.kind().apiVersion();
        out.put("{\"kind\":\"").put(kind).put("\",\"apiVersion\":\"").put(apiVersion);
        out.put("\",\"metadata\":").put(metadata).put(",\"items\":[");
    }

    /** The object of a bookmark event. */
    void bookmark(ByteSink out, long revision, String annotations) {
        var metadata = "{\"resourceVersion\":\"%d\",\"creationTimestamp\":null%s}".formatted(revision, annotations);
        switch (form) {
            case OBJECT -> {
                out.put("{\"kind\":\"").put(type.kind().kind());
                out.put("\",\"apiVersion\":\"").put(type.kind().apiVersion());
                out.put("\",\"metadata\":").put(metadata).put('}');
            }
            case PARTIAL -> out.put(PARTIAL_HEAD).put(metadata).put('}');
            case TABLE, TABLE_BETA -> {
                tableHead(out, metadata, false);
                out.put("]}");
            }
        }
    }

    private void tableHead(ByteSink out, String metadata, boolean withColumns) {
        var version = form == Form.TABLE_BETA ? "v1beta1" : "v1";
        out.put("{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/").put(version);
        out.put("\",\"metadata\":").put(metadata).put(",\"columnDefinitions\":");
        out.put(withColumns ? Json.text(Tables.columns(type)) : "null").put(",\"rows\":[");
    }

    private void row(ByteSink out, StoredObject object) {
        var json = served(object);
        ObjectNode tree = Json.parseObject(json);
        out.put("{\"cells\":").put(Json.bytes(Tables.cells(type, tree, clock.instant())));
        out.put(",\"object\":");
        switch (include) {
            case NONE -> out.put("null");
            case METADATA -> partial(out, object);
            case OBJECT -> out.put(json);
        }
        out.put('}');
    }

    private byte[] served(StoredObject object) {
        return type.conversion().served(object);
    }

    private static void partial(ByteSink out, StoredObject object) {
        var json = object.json();
        int start = metadataStart(json);
        int end = JsonEnd.ofObject(json, start);
        out.put(PARTIAL_HEAD).put(json, start, end - start).put('}');
    }

    /** Metadata is the third member and those before it are plain texts, hence the first match is the right one. */
    private static int metadataStart(byte[] json) {
        for (int i = 1; i + METADATA.length < json.length; i++) {
            if (json[i] == METADATA[0] && Arrays.equals(json, i, i + METADATA.length, METADATA, 0, METADATA.length)) {
                return i + METADATA.length;
            }
        }
        throw new IllegalStateException("stored object without metadata");
    }
}
