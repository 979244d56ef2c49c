package io.luban.ksbuilder.registry;

import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Passwords for registries as container tools and Helm keep them.
 *
 * @param files looked at in turn
 */
public record Credentials(List<Path> files) {
    /** Defensive copy. */
    public Credentials {
        files = List.copyOf(files);
    }

    /** The files of a user's folder. */
    public static Credentials of(Path home) {
        return new Credentials(
                List.of(home.resolve(".config/helm/registry/config.json"), home.resolve(".docker/config.json")));
    }

    /** The header for a registry, empty when there is no password for it. */
    Optional<String> basic(String host) {
        return files.stream().flatMap(file -> basic(file, host).stream()).findFirst();
    }

    private static Optional<String> basic(Path file, String host) {
        try {
            var entries = Json.parse(Files.readAllBytes(file)).path("auths");
            for (var name : List.of(host, "https://" + host, "https://" + host + "/v2/")) {
                var auth = entries.path(name).path("auth").asText("");
                if (!auth.isEmpty()) {
                    return Optional.of("Basic " + auth);
                }
            }
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | ParseException e) {
            throw new RegistryException("%s cannot be read: %s".formatted(file, e.getMessage()));
        }
    }
}
