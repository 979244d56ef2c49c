package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Disk space set aside while there is some. On a full disk it is given up for deletions, so that space can be made with
 * the very API that has run out of it. Used by one thread.
 */
final class Reserve {
    private static final String FILE = "reserve";
    private static final int BYTES = 8 * 1024 * 1024;
    private static final int MARGIN_BYTES = 2 * 1024 * 1024;
    private static final int BLOCK = 64 * 1024;

    private final Path folder;
    private final Path file;
    private final Path probe;

    Reserve(Path directory) {
        folder = directory;
        file = directory.resolve(FILE);
        probe = directory.resolve(FILE + ".probe");
    }

    /** Whether the space is set aside now and the disk takes some more beside it. */
    boolean take() {
        return isTaken() || (fill(file, BYTES) && isTaken());
    }

    private boolean isTaken() {
        try {
            return Files.exists(file) && Files.size(file) == BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the disk takes a few megabytes; they are given back at once. */
    boolean hasMargin() {
        boolean filled = fill(probe, MARGIN_BYTES);
        delete(probe);
        return filled;
    }

    /** Whether the disk says that it has that much space. */
    boolean hasRoomFor(long bytes) {
        return folder.toFile().getUsableSpace() >= bytes;
    }

    void release() {
        delete(file);
    }

    /** Real bytes, as a file of holes sets nothing aside. Leaves nothing behind when the disk refuses. */
    private static boolean fill(Path target, int bytes) {
        try {
            Connections.createPrivately(target);
            try (var channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
                var block = ByteBuffer.allocate(BLOCK);
                for (int written = 0; written < bytes; ) {
                    block.clear();
                    written += channel.write(block, written);
                }
                channel.force(true);
            }
            return true;
        } catch (IOException e) {
            delete(target);
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
