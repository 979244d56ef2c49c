package io.luban.apiserver.kapis.resources;

import io.luban.apiserver.view.ViewPage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** A page as the read API shows it: the items and how many there are on all pages. */
final class ListResult {
    private static final byte[] START = "{\"items\":[".getBytes(StandardCharsets.UTF_8);

    private ListResult() {}

    static byte[] of(ViewPage page) {
        return of(page, UnaryOperator.identity());
    }

    /** With each item's JSON changed. */
    static byte[] of(ViewPage page, UnaryOperator<byte[]> edit) {
        var end = ("],\"totalItems\":" + page.total() + "}").getBytes(StandardCharsets.UTF_8);
        int size = START.length + end.length;
        for (var item : page.items()) {
            size += item.length + 1;
        }
        var out = new ByteArrayOutputStream(size);
        out.writeBytes(START);
        boolean isFirst = true;
        for (var item : page.items()) {
            if (!isFirst) {
                out.write(',');
            }
            isFirst = false;
            out.writeBytes(edit.apply(item));
        }
        out.writeBytes(end);
        return out.toByteArray();
    }
}
