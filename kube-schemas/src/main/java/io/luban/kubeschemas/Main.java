package io.luban.kubeschemas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;

/** Entry point of the build step: {@code Main POM TABLES_FOLDER CLASSES_FOLDER}. */
final class Main {
    private Main() {}

    /** Generates the data file unless it is newer than everything it is made from. */
    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        var pom = Path.of(args[0]);
        var tables = Path.of(args[1]);
        var classes = Path.of(args[2]);
        var folder = classes.resolve("META-INF/luban");
        var output = folder.resolve("kube-schemas.bin");
        if (Files.exists(output) && isNewest(output, List.of(pom, tables, classes))) {
            return;
        }
        Files.createDirectories(folder);
        var fresh = folder.resolve("kube-schemas.new");
        generate(Tables.read(tables), fresh);
        Files.move(fresh, output, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void generate(Tables tables, Path file) throws IOException, ReflectiveOperationException {
        var graph = new TypeGraph(Messages.load(), new Models(), tables);
        var types = graph.build();
        if (!tables.unused().isEmpty()) {
            throw new IllegalStateException("table lines that match no member: " + tables.unused());
        }
        try (var out = Files.newOutputStream(file)) {
            DataFile.write(out, graph.roots(), types);
        }
    }

    private static boolean isNewest(Path output, List<Path> sources) throws IOException {
        var made = Files.getLastModifiedTime(output);
        for (var source : sources) {
            if (lastChange(source).compareTo(made) > 0) {
                return false;
            }
        }
        return true;
    }

    private static FileTime lastChange(Path root) throws IOException {
        var newest = FileTime.fromMillis(0);
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var time = Files.getLastModifiedTime(file);
                newest = time.compareTo(newest) > 0 ? time : newest;
            }
        }
        return newest;
    }
}
