package io.luban.catalog;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.luban.extensionformat.ExtensionNames;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.catalog.ChartFolder;
import io.luban.extensionformat.catalog.IndexEntry;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** Answers the requests of the catalog. Packages are put in place whole or not at all; one is taken at a time. */
final class CatalogRoutes {
    private static final String CATALOGS = "/catalogs/";
    private static final String API = "/api/charts";

    private final ChartFolder packages;
    private final Function<String, Optional<ChartFolder>> catalogs;
    private final Path directory;
    private final boolean takesPackages;
    private final Clock clock;
    private final ReentrantLock writing = new ReentrantLock();

    /**
     * What is served.
     *
     * @param packages the packages in {@code directory}
     * @param catalogs further folders by their names
     */
    record Folders(ChartFolder packages, Function<String, Optional<ChartFolder>> catalogs, Path directory) {}

    CatalogRoutes(Folders folders, boolean takesPackages, Clock clock) {
        this.packages = folders.packages();
        this.catalogs = folders.catalogs();
        this.directory = folders.directory();
        this.takesPackages = takesPackages;
        this.clock = clock;
    }

    Reply handle(Request request) {
        var path = request.path();
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (path.equals(API) || path.startsWith(API + "/")) {
            return charts(request, path.substring(API.length()));
        }
        if (!reads) {
            return error(405, "method not allowed");
        }
        if (path.equals("/health")) {
            return Reply.json(200, Json.bytes(Json.object().put("healthy", true)));
        }
        if (path.startsWith(CATALOGS)) {
            var rest = path.substring(CATALOGS.length());
            int slash = rest.indexOf('/');
            return slash < 0
                    ? notFound()
                    : catalogs.apply(rest.substring(0, slash))
                            .map(folder -> read(folder, rest.substring(slash)))
                            .orElseGet(CatalogRoutes::notFound);
        }
        return read(packages, path);
    }

    private Reply read(ChartFolder folder, String path) {
        if (path.equals("/index.yaml")) {
            var index = folder.list().index().write(clock.instant().toString());
            return new Reply.Content(
                    200, Headers.of("Content-Type", "application/x-yaml"), index.getBytes(StandardCharsets.UTF_8));
        }
        if (path.startsWith("/charts/")) {
            return folder.read(path.substring("/charts/".length()))
                    .<Reply>map(bytes -> new Reply.Content(200, Headers.of("Content-Type", "application/x-tar"), bytes))
                    .orElseGet(CatalogRoutes::notFound);
        }
        return notFound();
    }

    private Reply charts(Request request, String rest) {
        boolean writes = !request.method().equals("GET") && !request.method().equals("HEAD");
        if (writes && !takesPackages) {
            return error(403, "this catalog takes no packages; put them into its directory");
        }
        if (writes && request.header("Origin").isPresent()) {
            // Only web pages send it, and none has any business here.
            return error(403, "packages are not taken from web pages");
        }
        var parts = List.of(rest.isEmpty() ? new String[0] : rest.substring(1).split("/", -1));
        return switch (request.method()) {
            case "GET", "HEAD" -> describe(parts);
            case "POST" -> parts.isEmpty() ? save(request) : error(405, "method not allowed");
            case "DELETE" -> parts.size() == 2 ? remove(parts.get(0), parts.get(1)) : error(405, "method not allowed");
            default -> error(405, "method not allowed");
        };
    }

    private Reply describe(List<String> parts) {
        var index = packages.list().index();
        if (parts.isEmpty()) {
            var all = Json.object();
            index.entries().forEach((name, entries) -> all.set(name, wire(entries)));
            return Reply.json(200, Json.bytes(all));
        }
        var entries = Optional.ofNullable(index.entries().get(parts.getFirst())).orElse(List.of());
        if (entries.isEmpty() || parts.size() > 2) {
            return notFound();
        }
        if (parts.size() == 1) {
            return Reply.json(200, Json.bytes(wire(entries)));
        }
        return index.find(parts.get(0), parts.get(1))
                .map(entry -> Reply.json(200, Json.bytes(entry.json())))
                .orElseGet(CatalogRoutes::notFound);
    }

    private Reply save(Request request) {
        try {
            var bytes = request.body(ChartArchive.MAX_PACKED_BYTES);
            var chart = ChartFolder.describe(bytes);
            var name = chart.path("name").asText();
            var version = chart.path("version").asText();
            var problem = ExtensionNames.problemOfName(name).or(() -> ExtensionNames.problemOfVersion(version));
            if (problem.isPresent()) {
                return error(400, problem.get());
            }
            boolean force = request.queryParameters().containsKey("force");
            return save(name, version, bytes, force);
        } catch (ArchiveException | ParseException e) {
            return error(400, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return error(500, "the package cannot be kept: " + e.getMessage());
        }
    }

    private Reply save(String name, String version, byte[] bytes, boolean force) throws IOException {
        writing.lock();
        try {
            var present = packages.list().index().find(name, version);
            if (present.isPresent() && !force) {
                return error(409, "%s-%s.tgz already exists".formatted(name, version));
            }
            var draft = Files.createTempFile(directory, ".draft", ".part");
            Files.write(draft, bytes);
            var file = present.map(CatalogRoutes::file).orElse(name + "-" + version + ".tgz");
            Files.move(
                    draft,
                    directory.resolve(file),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return Reply.json(201, Json.bytes(Json.object().put("saved", true)));
        } finally {
            writing.unlock();
        }
    }

    private Reply remove(String name, String version) {
        writing.lock();
        try {
            var present = packages.list().index().find(name, version);
            if (present.isEmpty()) {
                return notFound();
            }
            Files.deleteIfExists(directory.resolve(file(present.get())));
            return Reply.json(200, Json.bytes(Json.object().put("deleted", true)));
        } catch (IOException e) {
            return error(500, "the package cannot be removed: " + e.getMessage());
        } finally {
            writing.unlock();
        }
    }

    private static String file(IndexEntry entry) {
        return entry.urls().getFirst().substring("charts/".length());
    }

    private static ArrayNode wire(List<IndexEntry> entries) {
        var list = Json.array();
        entries.forEach(entry -> list.add(entry.json()));
        return list;
    }

    private static Reply notFound() {
        return error(404, "not found");
    }

    private static Reply error(int status, String message) {
        return Reply.json(status, Json.bytes(Json.object().put("error", message)));
    }
}
