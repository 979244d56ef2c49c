package io.luban.apiserver.audit;

import io.luban.apiserver.audit.AuditSettings.LogFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Writes one event a line. A file that has grown is put aside under its time; old ones are removed. */
final class FileSink implements AuditSink {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final LogFile settings;
    private final Path path;
    private final Clock clock;
    private FileChannel channel;
    /** Whether the last line may have been written in part, because the disk was full. */
    private boolean cut;

    /** Opens the file; throws {@link UncheckedIOException} when that cannot be. */
    FileSink(LogFile settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        path = Path.of(settings.path()).toAbsolutePath();
        try {
            Files.createDirectories(
                    folder(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            channel = open();
        } catch (FileAlreadyExistsException e) {
            throw new UncheckedIOException(new IOException(folder() + " is no folder", e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path folder() {
        return path.getParent() == null ? path : path.getParent();
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(
                path,
                java.util.Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    @Override
    public void deliver(AuditBatch batch) {
        try {
            for (var event : batch.encoded()) {
                if (channel.size() > 0 && channel.size() + event.length + 1 > settings.maxBytes()) {
                    putAside();
                }
                write(event);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(byte[] event) throws IOException {
        var line = new ByteArrayOutputStream(event.length + 2);
        if (cut) {
            line.write('\n');
        }
        line.writeBytes(event);
        line.write('\n');
        var buffer = ByteBuffer.wrap(line.toByteArray());
        cut = true;
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        cut = false;
    }

    private void putAside() throws IOException {
        channel.close();
        Files.move(path, folder().resolve(prefix() + TIME.format(clock.instant()) + ending()));
        channel = open();
        removeOld();
    }

    private String prefix() {
        var name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        return (dot <= 0 ? name : name.substring(0, dot)) + "-";
    }

    private String ending() {
        var name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "" : name.substring(dot);
    }

    private void removeOld() throws IOException {
        var oldest = clock.instant().minus(settings.maxAge());
        List<Path> aside;
        try (var files = Files.list(folder())) {
            aside = files.filter(this::isAside)
                    .sorted(Comparator.comparing(Path::toString).reversed())
                    .toList();
        }
        for (int i = 0; i < aside.size(); i++) {
            var file = aside.get(i);
            if (i >= settings.maxBackups()
                    || Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private boolean isAside(Path file) {
        var name = String.valueOf(file.getFileName());
        return name.matches("\\Q" + prefix() + "\\E\\d{4}-\\d\\d-\\d\\dT[\\d.-]+\\Q" + ending() + "\\E");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "file " + path;
    }
}
