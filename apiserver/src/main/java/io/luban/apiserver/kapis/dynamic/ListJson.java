package io.luban.apiserver.kapis.dynamic;

import io.luban.apiserver.view.ViewPage;
import io.luban.model.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A page as a Kubernetes list. The objects' JSON is copied as it is. */
final class ListJson {
    private ListJson() {}

    /** The list; {@code continue} holds the total, as the original's clients expect, and is no token. */
    static byte[] of(String apiVersion, String kind, ViewPage page) {
        var head = Json.object().put("apiVersion", apiVersion).put("kind", kind + "List");
        head.putObject("metadata")
                .put("remainingItemCount", page.remaining())
                .put("continue", Integer.toString(page.total()));
        var text = Json.text(head);
        int size = text.length() + 20;
        for (var item : page.items()) {
            size += item.length + 1;
        }
        var out = new ByteArrayOutputStream(size);
        out.writeBytes(text.substring(0, text.length() - 1).getBytes(StandardCharsets.UTF_8));
        out.writeBytes(",\"items\":[".getBytes(StandardCharsets.UTF_8));
        boolean first = true;
        for (var item : page.items()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            out.writeBytes(item);
        }
        out.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }
}
