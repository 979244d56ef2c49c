package io.luban.extensionformat.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes archives as hostile or careless tools would. */
final class TarBuilder {
    private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar;

    TarBuilder() {
        try {
            tar = new TarArchiveOutputStream(new GZIPOutputStream(packed), "UTF-8");
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TarBuilder file(String name, String text) {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    TarBuilder file(String name, byte[] data) {
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(data.length);
        return put(entry, data);
    }

    TarBuilder link(String name, String target) {
        var entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    TarBuilder device(String name) {
        return put(new TarArchiveEntry(name, TarConstants.LF_CHR), new byte[0]);
    }

    TarBuilder directory(String name) {
        return put(new TarArchiveEntry(name + "/"), new byte[0]);
    }

    byte[] bytes() {
        try {
            tar.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private TarBuilder put(TarArchiveEntry entry, byte[] data) {
        try {
            tar.putArchiveEntry(entry);
            tar.write(data);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
