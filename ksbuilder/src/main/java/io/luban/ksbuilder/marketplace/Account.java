package io.luban.ksbuilder.marketplace;

import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/**
 * Who is logged in where; kept in a file that nobody but its owner can read.
 *
 * @param server address of the marketplace
 * @param token secret of the user
 */
public record Account(String server, String token) {
    /** The marketplace of KubeSphere. */
    public static final String DEFAULT_SERVER = "https://apis.kubesphere.cloud";

    private static final String OWNER_ONLY = "rw-------";
    private static final String OWNER_ONLY_FOLDER = "rwx------";

    /** Where it is kept below the user's folder. */
    public static Path file(Path home) {
        return home.resolve(".ksbuilder").resolve("config.json");
    }

    /** Reads the file; throws {@link MarketplaceException} when nobody is logged in. */
    public static Account load(Path file) {
        try {
            var config = Json.parse(Files.readAllBytes(file));
            var token =
                    new String(Base64.getDecoder().decode(config.path("token").asText("")), StandardCharsets.UTF_8);
            return new Account(config.path("server").asText(DEFAULT_SERVER), token);
        } catch (NoSuchFileException e) {
            throw new MarketplaceException("not logged in: run ksbuilder login first");
        } catch (IOException | ParseException | IllegalArgumentException e) {
            throw new MarketplaceException("%s cannot be read, log in again: %s".formatted(file, e.getMessage()));
        }
    }

    /** Replaces the file. */
    public void save(Path file) {
        var content = Json.object()
                .put("token", Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)))
                .put("server", server);
        try {
            var folder = file.resolveSibling(".").normalize();
            Files.createDirectories(folder);
            restrict(folder, OWNER_ONLY_FOLDER);
            // a new temporary file is readable by its owner only, from its first byte on
            var part = Files.createTempFile(folder, "config", ".part");
            Files.write(part, Json.bytes(content));
            restrict(part, OWNER_ONLY);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new MarketplaceException("%s cannot be written: %s".formatted(file, e.getMessage()));
        }
    }

    /** Removes the file; throws {@link MarketplaceException} when there is none. */
    public static void forget(Path file) {
        try {
            Files.delete(file);
        } catch (NoSuchFileException e) {
            throw new MarketplaceException("not logged in: %s does not exist".formatted(file));
        } catch (IOException e) {
            throw new MarketplaceException("%s cannot be removed: %s".formatted(file, e.getMessage()));
        }
    }

    @Override
    public String toString() {
        return "account at " + server;
    }

    private static void restrict(Path path, String permissions) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }
}
