package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Looks for damage within SQLite's write-ahead log. SQLite takes everything behind the first frame that does not verify for
 * the leftover of a crash and drops it. That is right for the transaction that was being written, and would be a silent
 * loss for those before it: each was on disk before the next one began. So a frame that does not verify, with a whole
 * transaction of the same generation of the log behind its own, is damage.
 */
final class LogCheck {
    private static final int HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int BIG_ENDIAN_SUMS = 1;
    private static final int MAGIC = 0x377f0682;

    private final ByteBuffer frame;
    private final ByteOrder order;
    private final int salt1;
    private final int salt2;
    private int sum1;
    private int sum2;

    private LogCheck(ByteBuffer header) {
        order = (header.getInt(0) & BIG_ENDIAN_SUMS) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        int pageSize = header.getInt(8);
        frame = ByteBuffer.allocate(FRAME_HEADER + (pageSize == 1 ? 65_536 : pageSize));
        salt1 = header.getInt(16);
        salt2 = header.getInt(20);
        sum(header, 0, FRAME_HEADER);
    }

    /** Throws a {@link StoreOpenException} that names the place; leaves everything else to SQLite. */
    static void verify(Path log) throws IOException {
        if (!Files.exists(log) || Files.size(log) <= HEADER) {
            return;
        }
        try (var channel = FileChannel.open(log, StandardOpenOption.READ)) {
            var header = ByteBuffer.allocate(HEADER);
            channel.read(header, 0);
            if ((header.getInt(0) & ~BIG_ENDIAN_SUMS) != MAGIC || !isPageSize(header.getInt(8))) {
                return;
            }
            new LogCheck(header).scan(log, channel);
        }
    }

    private static boolean isPageSize(int size) {
        return size == 1 || (size >= 512 && size <= 32_768 && Integer.bitCount(size) == 1);
    }

    private void scan(Path log, FileChannel channel) throws IOException {
        long damagedAt = -1;
        boolean isPastCommit = false;
        for (long at = HEADER; read(channel, at); at += frame.capacity()) {
            boolean isOfThisLog = frame.getInt(8) == salt1 && frame.getInt(12) == salt2;
            boolean isCommit = frame.getInt(4) != 0;
            if (damagedAt < 0 && !(isOfThisLog && isVerified())) {
                damagedAt = at;
                isPastCommit = isCommit;
            } else if (damagedAt >= 0 && isOfThisLog) {
                if (isPastCommit) {
                    throw new StoreOpenException(
                            "%s is damaged: the frame at byte %d does not verify, yet later writes follow it. Nothing was changed. Restore a backup ('luban restore FILE --data DIR'), or delete this file to go on with what was written before that place"
                                    .formatted(log, damagedAt));
                }
                isPastCommit = isCommit;
            }
        }
    }

    private boolean read(FileChannel channel, long at) throws IOException {
        frame.clear();
        while (frame.hasRemaining()) {
            if (channel.read(frame, at + frame.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isVerified() {
        sum(frame, 0, 8);
        sum(frame, FRAME_HEADER, frame.capacity() - FRAME_HEADER);
        return frame.getInt(16) == sum1 && frame.getInt(20) == sum2;
    }

    private void sum(ByteBuffer buffer, int from, int length) {
        buffer.order(order);
        int first = sum1;
        int second = sum2;
        for (int i = from; i < from + length; i += 8) {
            first += buffer.getInt(i) + second;
            second += buffer.getInt(i + 4) + first;
        }
        sum1 = first;
        sum2 = second;
        buffer.order(ByteOrder.BIG_ENDIAN);
    }
}
