package io.luban.apiserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An audit log that somebody else writes: it may not be there yet, and its last line may not be complete. */
record AuditFile(Path path) {
    List<String> lines() {
        if (!Files.exists(path)) {
            return List.of();
        }
        try {
            var text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first line with that text. */
    Optional<String> first(String text) {
        return lines().stream().filter(line -> line.contains(text)).findFirst();
    }
}
