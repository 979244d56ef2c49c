package io.luban.apiserver.audit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes one event a line to standard output, for collectors that read there. */
final class OutputSink implements AuditSink {
    private final FileOutputStream output = new FileOutputStream(FileDescriptor.out);

    @Override
    public void deliver(AuditBatch batch) {
        try {
            for (var event : batch.encoded()) {
                output.write(event);
                output.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        // standard output belongs to the process
    }

    @Override
    public String toString() {
        return "standard output";
    }
}
