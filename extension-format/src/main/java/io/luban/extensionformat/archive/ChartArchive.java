package io.luban.extensionformat.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The files of a packaged chart in archive order, with the one top directory stripped.
 *
 * @param files every regular file
 */
public record ChartArchive(List<ChartFile> files) {
    /** Largest archive that is looked at, compressed. */
    public static final int MAX_PACKED_BYTES = 32 * 1024 * 1024;

    private static final long MAX_TOTAL_BYTES = 100L * 1024 * 1024;
    private static final long MAX_FILE_BYTES = 5L * 1024 * 1024;
    private static final int MAX_ENTRIES = 10_000;
    private static final int BLOCK = 512;

    /** Defensive copy. */
    public ChartArchive {
        files = List.copyOf(files);
    }

    /** Reads a packaged chart; throws {@link ArchiveException} naming the entry and the rule it breaks. */
    public static ChartArchive read(byte[] packed) {
        if (packed.length > MAX_PACKED_BYTES) {
            throw new ArchiveException("archive is larger than " + MAX_PACKED_BYTES + " bytes");
        }
        if (packed.length < 2 || (packed[0] & 0xff) != 0x1f || (packed[1] & 0xff) != 0x8b) {
            throw new ArchiveException("file does not appear to be a gzipped archive");
        }
        try (var tar = new TarArchiveInputStream(
                new BoundedInput(new GZIPInputStream(new ByteArrayInputStream(packed)), unpackedLimit()), "UTF-8")) {
            return new ChartArchive(readEntries(tar));
        } catch (IOException | IllegalArgumentException e) {
            throw new ArchiveException("archive is damaged or incomplete: " + e.getMessage());
        }
    }

    /** Reads a packaged chart from a file; throws {@link ArchiveException} also when the file cannot be read. */
    public static byte[] bytesOf(Path file) {
        try {
            if (Files.size(file) > MAX_PACKED_BYTES) {
                throw new ArchiveException(file + ": archive is larger than " + MAX_PACKED_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ArchiveException(file + ": cannot be read: " + e.getMessage());
        }
    }

    /** The file at a path relative to the chart's root. */
    public Optional<ChartFile> file(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }

    private static List<ChartFile> readEntries(TarArchiveInputStream tar) throws IOException {
        var files = new ArrayList<ChartFile>();
        var top = "";
        long remaining = MAX_TOTAL_BYTES;
        int entries = 0;
        for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (++entries > MAX_ENTRIES) {
                throw new ArchiveException("archive has more than " + MAX_ENTRIES + " entries");
            }
            if (entry.isDirectory() || entry.isGlobalPaxHeader() || entry.isPaxHeader()) {
                continue;
            }
            var path = EntryPath.parse(entry.getName());
            if (!top.isEmpty() && !top.equals(path.top())) {
                throw new ArchiveException(
                        "entry %s: every entry must be under the directory %s".formatted(entry.getName(), top));
            }
            top = path.top();
            requireAcceptable(entry, remaining);
            remaining -= entry.getSize();
            files.add(new ChartFile(path.rest(), content(tar, entry)));
        }
        if (files.isEmpty()) {
            throw new ArchiveException("no files in chart archive");
        }
        return files;
    }

    private static void requireAcceptable(TarArchiveEntry entry, long remaining) {
        boolean isSpecial = entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO();
        if (!entry.isFile() || isSpecial || entry.isLink() || entry.isSymbolicLink() || entry.isSparse()) {
            throw new ArchiveException(
                    "entry %s: only regular files and directories are allowed".formatted(entry.getName()));
        }
        if (entry.getSize() > MAX_FILE_BYTES) {
            throw new ArchiveException("entry %s: decompressed chart file is larger than the maximum file size %d"
                    .formatted(entry.getName(), MAX_FILE_BYTES));
        }
        if (entry.getSize() > remaining) {
            throw new ArchiveException("decompressed chart is larger than the maximum size " + MAX_TOTAL_BYTES);
        }
    }

    private static byte[] content(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
        var out = new ByteArrayOutputStream((int) entry.getSize());
        tar.transferTo(out);
        if (out.size() != entry.getSize()) {
            throw new ArchiveException("archive is damaged or incomplete: entry %s ends after %d of %d bytes"
                    .formatted(entry.getName(), out.size(), entry.getSize()));
        }
        return withoutByteOrderMark(out.toByteArray());
    }

    private static byte[] withoutByteOrderMark(byte[] data) {
        boolean marked = data.length >= 3 && data[0] == (byte) 0xef && data[1] == (byte) 0xbb && data[2] == (byte) 0xbf;
        return marked ? java.util.Arrays.copyOfRange(data, 3, data.length) : data;
    }

    private static long unpackedLimit() {
        // Headers and padding come on top of the files; a bomb made of headers alone ends here as well.
        return MAX_TOTAL_BYTES + (long) MAX_ENTRIES * BLOCK * 4;
    }
}
