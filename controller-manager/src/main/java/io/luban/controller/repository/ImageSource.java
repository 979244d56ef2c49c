package io.luban.controller.repository;

import io.luban.catalog.CatalogServer;
import io.luban.extensionformat.catalog.ChartFolder;
import io.luban.extensionformat.remote.Deadline;
import io.luban.extensionformat.remote.ImageFiles;
import io.luban.extensionformat.remote.ImageReference;
import io.luban.extensionformat.remote.OciRegistry;
import io.luban.extensionformat.remote.RemoteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A catalog in a container image, taken out of its layers without running it. The charts are kept on disk below the
 * digest of the image's manifest, so that an image that did not change is not pulled again, nor after a restart.
 */
final class ImageSource implements CatalogSource {
    private static final String ARCHITECTURE = System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";

    private final Clients clients;
    private final CatalogServer server;
    private final Path directory;
    private final Map<String, ChartFolder> folders = new ConcurrentHashMap<>();

    ImageSource(Clients clients, CatalogServer server, Path directory) {
        this.clients = clients;
        this.server = server;
        this.directory = directory;
    }

    @Override
    public Reading read(RepositorySpec repository, Deadline deadline) {
        var problems = new ArrayList<String>();
        try (var client = clients.open(repository, deadline)) {
            var reference = ImageReference.image(repository.image());
            var registry = new OciRegistry(client, reference.registry());
            var manifest = registry.manifest(reference, ARCHITECTURE);
            var home = home(repository);
            if (!manifest.digest().equals(digestIn(home))) {
                problems.addAll(replace(home, registry, reference, manifest));
                folders.remove(repository.name());
            }
        } catch (IOException e) {
            throw new RemoteException("image %s cannot be kept: %s".formatted(repository.image(), e.getMessage()));
        }
        var folder = mount(repository);
        var listing = folder.list();
        problems.addAll(listing.problems());
        var base = server.url() + "/catalogs/" + repository.name() + "/";
        return new Reading(
                new Catalog(listing.index(), new FolderSource.FolderCharts(base, folder), problems), () -> {});
    }

    /** Hands out what was pulled earlier, such as before a restart; whether there is any, as another machine has none. */
    boolean resume(RepositorySpec repository) {
        boolean present = Files.isDirectory(charts(home(repository)));
        if (present) {
            mount(repository);
        }
        return present;
    }

    void forget(String name) {
        folders.remove(name);
        server.unmount(name);
        try {
            delete(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ChartFolder mount(RepositorySpec repository) {
        var folder = folders.computeIfAbsent(repository.name(), name -> new ChartFolder(charts(home(repository))));
        server.mount(repository.name(), folder);
        return folder;
    }

    /** Unpacks beside what is there and puts it in place at the end. */
    private static List<String> replace(
            Path home, OciRegistry registry, ImageReference reference, OciRegistry.Manifest manifest)
            throws IOException {
        var next = home.resolveSibling(".next-" + home.getFileName());
        delete(next);
        var files = Files.createDirectories(next.resolve("files"));
        var problems = new ArrayList<String>();
        try {
            for (var root : ImageFiles.unpack(registry, reference, manifest, files)) {
                problems.addAll(ChartFolder.collect(root, charts(next)));
            }
            if (!Files.isDirectory(charts(next))) {
                throw new RemoteException("image %s has no charts in /charts".formatted(reference));
            }
            delete(files);
            Files.writeString(next.resolve("digest"), manifest.digest());
            delete(home);
            Files.move(next, home);
            return problems;
        } finally {
            delete(next);
        }
    }

    private Path home(RepositorySpec repository) {
        return directory.resolve(repository.name());
    }

    private static Path charts(Path home) {
        return home.resolve("charts");
    }

    private static String digestIn(Path home) throws IOException {
        var file = home.resolve("digest");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (var all = Files.walk(path)) {
            for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
