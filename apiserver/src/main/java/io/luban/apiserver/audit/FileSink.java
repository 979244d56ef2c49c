package io.luban.apiserver.audit;

import io.luban.apiserver.audit.AuditSettings.LogFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one event a line. A file that has grown is put aside under its time; old ones are removed. What fails is made good
 * as soon as it can be: the file is opened again, and a file that could not be put aside is written on meanwhile.
 */
final class FileSink implements AuditSink {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final Logger log = LoggerFactory.getLogger(FileSink.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final LogFile settings;
    private final Path path;
    private final Clock clock;
    private FileChannel channel;
    /** Whether the last line may have been written in part, because the disk was full. */
    private boolean cut;
    /** When a file that could not be put aside is tried again. */
    private Instant nextAside = Instant.MIN;

    /** Opens the file; throws {@link UncheckedIOException} when that cannot be. */
    FileSink(LogFile settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        path = Path.of(settings.path()).toAbsolutePath();
        try {
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
        Files.createDirectories(
                folder(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    @Override
    public void deliver(AuditBatch batch) {
        try {
            if (!channel.isOpen()) {
                channel = open();
            }
            for (var event : batch.encoded()) {
                if (isFull(event.length + 1)) {
                    putAside();
                }
                write(event);
            }
        } catch (IOException e) {
            closeQuietly();
            throw new UncheckedIOException(e);
        }
    }

    private boolean isFull(int added) throws IOException {
        long size = channel.size();
        return size > 0
                && size + added > settings.maxBytes()
                && !clock.instant().isBefore(nextAside);
    }

    /** The next batch opens the file anew: its folder may be gone, or its disk mounted again. */
    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            log.atDebug().addKeyValue("cause", e.toString()).log("audit log did not close");
        }
    }

    private void write(byte[] event) throws IOException {
        var line = new ByteArrayOutputStream(event.length + 2);
        if (cut && channel.size() > 0) {
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

    /** A file that stays where it is grows on: a record that is too long is better than none. */
    private void putAside() throws IOException {
        channel.close();
        try {
            Files.move(path, aside());
        } catch (NoSuchFileException e) {
            log.atWarn().addKeyValue("path", path).log("audit log was taken away and is begun anew");
        } catch (IOException e) {
            nextAside = clock.instant().plus(PAUSE);
            log.atError()
                    .addKeyValue("path", path)
                    .addKeyValue("cause", e.toString())
                    .log("audit log cannot be put aside and grows on");
        }
        channel = open();
        removeOld();
    }

    /** The name by time; a clock that was set back may lead to one that is taken. */
    private Path aside() {
        var name = prefix() + TIME.format(clock.instant());
        var file = folder().resolve(name + ending());
        for (int i = 1; Files.exists(file); i++) {
            file = folder().resolve(name + "-" + i + ending());
        }
        return file;
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
