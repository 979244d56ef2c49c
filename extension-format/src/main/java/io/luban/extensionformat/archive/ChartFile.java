package io.luban.extensionformat.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One file of a chart.
 *
 * @param path relative to the chart's root, separated by slashes
 * @param data content without a byte order mark
 */
public record ChartFile(String path, byte[] data) {
    /** The content as UTF-8 text. */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChartFile that && path.equals(that.path) && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    @Override
    public String toString() {
        return path + " (" + data.length + " bytes)";
    }
}
