package io.luban.extensionformat.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** The files of an unpacked chart, without what {@code .helmignore} excludes, under the same limits as an archive. */
public final class ChartDirectory {
    private static final String IGNORE_FILE = ".helmignore";
    private static final int MAX_DEPTH = 64;
    private static final int MAX_FILES = 10_000;
    private static final long MAX_FILE_BYTES = 5L * 1024 * 1024;
    private static final long MAX_TOTAL_BYTES = 100L * 1024 * 1024;

    private ChartDirectory() {}

    /** Reads the directory; throws {@link ArchiveException} naming the file and the rule it breaks. */
    public static List<ChartFile> read(Path directory) {
        try {
            var root = directory.toRealPath();
            var ignoreFile = root.resolve(IGNORE_FILE);
            var ignore = HelmIgnore.parse(
                    Files.isRegularFile(ignoreFile) ? Files.readString(ignoreFile, StandardCharsets.UTF_8) : "");
            var walk = new Walk(root, ignore);
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, walk);
            return List.copyOf(walk.files);
        } catch (IOException e) {
            throw new ArchiveException(directory + ": cannot be read: " + e.getMessage());
        }
    }

    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Path root;
        private final HelmIgnore ignore;
        private final List<ChartFile> files = new ArrayList<>();
        private long total;

        Walk(Path root, HelmIgnore ignore) {
            this.root = root;
            this.ignore = ignore;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            boolean ignored = !directory.equals(root) && ignore.ignores(relative(directory), true);
            return ignored ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            var path = relative(file);
            if (ignore.ignores(path, false)) {
                return FileVisitResult.CONTINUE;
            }
            requireAcceptable(file, path, attributes);
            total += attributes.size();
            if (total > MAX_TOTAL_BYTES || files.size() >= MAX_FILES) {
                throw new ArchiveException(
                        root + ": chart has more than %d files or %d bytes".formatted(MAX_FILES, MAX_TOTAL_BYTES));
            }
            files.add(new ChartFile(path, Files.readAllBytes(file)));
            return FileVisitResult.CONTINUE;
        }

        private void requireAcceptable(Path file, String path, BasicFileAttributes attributes) throws IOException {
            if (!attributes.isRegularFile()) {
                throw new ArchiveException(path + ": only regular files are allowed in a chart");
            }
            if (!file.toRealPath().startsWith(root)) {
                throw new ArchiveException(path + ": link leaves the chart's directory");
            }
            if (attributes.size() > MAX_FILE_BYTES) {
                throw new ArchiveException(path + ": file is larger than the maximum file size " + MAX_FILE_BYTES);
            }
        }

        private String relative(Path path) {
            return root.relativize(path).toString().replace('\\', '/');
        }
    }
}
