package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Disk space set aside while there is some: as much as the write-ahead log holds, which merging the log may take, and some
 * megabytes more. On a full disk it is given up for deletions, so that space can be made with the very API that has run out
 * of it. Used by one thread.
 */
final class Reserve {
    private static final String FILE = "reserve";
    private static final long BASE_BYTES = 8L * 1024 * 1024;
    private static final long STEP_BYTES = 4L * 1024 * 1024;
    private static final int MARGIN_BYTES = 2 * 1024 * 1024;
    private static final int BLOCK = 64 * 1024;

    private final Path folder;
    private final Path file;
    private final Path probe;
    private long taken;

    Reserve(Path directory) {
        folder = directory;
        file = directory.resolve(FILE);
        probe = directory.resolve(FILE + ".probe");
        taken = size();
    }

    private long size() {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Whether enough is set aside for a log of that size; takes what is missing, if the disk has it. */
    boolean covers(long logBytes) {
        long wanted = logBytes + BASE_BYTES;
        return taken >= wanted || extend(wanted == BASE_BYTES ? wanted : wanted + STEP_BYTES);
    }

    /** Whether the disk takes a few megabytes; they are given back at once. */
    boolean hasMargin() {
        boolean filled = fill(probe, 0, MARGIN_BYTES);
        delete(probe);
        return filled;
    }

    /** Space on the disk beside the reserve. */
    long room() {
        return folder.toFile().getUsableSpace();
    }

    void release() {
        if (taken > 0) {
            delete(file);
            taken = size();
        }
    }

    private boolean extend(long bytes) {
        if (!fill(file, taken, bytes)) {
            shorten();
            return false;
        }
        taken = bytes;
        return true;
    }

    /** To what it was before the disk refused more. */
    private void shorten() {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(taken);
        } catch (IOException e) {
            release();
        }
    }

    /** Real bytes, as a file of holes sets nothing aside. */
    private static boolean fill(Path target, long from, long to) {
        try {
            Connections.createPrivately(target);
            try (var channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
                var block = ByteBuffer.allocate(BLOCK);
                for (long written = from; written < to; ) {
                    block.clear();
                    written += channel.write(block, written);
                }
                channel.force(true);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void delete(Path target) {
        try {
            Files.deleteIfExists(target);
        } catch (IOException e) {
            // a disk that does not even delete will be tried again
            return;
        }
    }
}
