package io.luban.extensionformat.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Packs chart files into a gzipped archive; equal files give equal bytes, whatever the machine and the time. */
public final class ChartPacker {
    private static final int MODE = 0100644;
    private static final Comparator<ChartFile> ORDER =
            Comparator.<ChartFile>comparingInt(file -> rank(file.path())).thenComparing(ChartFile::path);

    private ChartPacker() {}

    /** The archive with every file below the directory {@code top}. */
    public static byte[] pack(String top, List<ChartFile> files) {
        var packed = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(packed), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (var file : files.stream().sorted(ORDER).toList()) {
                write(tar, top + "/" + file.path(), file.data());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static void write(TarArchiveOutputStream tar, String name, byte[] data) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setSize(data.length);
        entry.setMode(MODE);
        entry.setModTime(0L);
        entry.setUserId(0);
        entry.setGroupId(0);
        entry.setUserName("");
        entry.setGroupName("");
        tar.putArchiveEntry(entry);
        tar.write(data);
        tar.closeArchiveEntry();
    }

    /** What a reader of the stream wants to see first comes first. */
    private static int rank(String path) {
        return switch (path) {
            case "Chart.yaml" -> 0;
            case "values.yaml" -> 1;
            default -> path.startsWith("charts/") ? 3 : 2;
        };
    }
}
