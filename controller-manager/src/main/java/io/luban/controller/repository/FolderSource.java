package io.luban.controller.repository;

import io.luban.catalog.CatalogServer;
import io.luban.extensionformat.catalog.ChartFolder;
import io.luban.extensionformat.catalog.IndexEntry;
import io.luban.extensionformat.remote.Deadline;
import io.luban.extensionformat.remote.RemoteException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A directory of packages on this machine, {@code file:///path}; the catalog server hands its charts out. */
final class FolderSource implements CatalogSource {
    private final CatalogServer server;
    private final boolean allowed;
    private final Map<String, Mounted> mounted = new ConcurrentHashMap<>();

    private record Mounted(Path directory, ChartFolder folder) {}

    /** A source; {@code allowed} tells whether those who may make Repositories may read this machine's files. */
    FolderSource(CatalogServer server, boolean allowed) {
        this.server = server;
        this.allowed = allowed;
    }

    @Override
    public Reading read(RepositorySpec repository, Deadline deadline) {
        if (!allowed) {
            throw new RemoteException("unsupported scheme: file");
        }
        var directory = directory(repository.url());
        if (!Files.isDirectory(directory)) {
            throw new RemoteException("%s is not a directory".formatted(directory));
        }
        return reading(repository.name(), directory);
    }

    /** Hands out what was found earlier, such as before a restart. */
    boolean resume(RepositorySpec repository) {
        boolean present = allowed && Files.isDirectory(directory(repository.url()));
        if (present) {
            mount(repository.name(), directory(repository.url()));
        }
        return present;
    }

    private Reading reading(String name, Path directory) {
        var folder = mount(name, directory);
        var listing = folder.list();
        var base = server.url() + "/catalogs/" + name + "/";
        return new Reading(new Catalog(listing.index(), new FolderCharts(base, folder), listing.problems()), () -> {});
    }

    private ChartFolder mount(String name, Path directory) {
        var found = mounted.compute(
                name,
                (key, before) -> before != null && before.directory().equals(directory)
                        ? before
                        : new Mounted(directory, new ChartFolder(directory)));
        server.mount(name, found.folder());
        return found.folder();
    }

    void forget(String name) {
        mounted.remove(name);
        server.unmount(name);
    }

    private static Path directory(String url) {
        try {
            return Path.of(URI.create(url));
        } catch (IllegalArgumentException e) {
            throw new RemoteException("\"%s\" is not the address of a directory such as file:///path".formatted(url));
        }
    }

    /** Charts of a folder by the addresses at which the catalog server has them. */
    record FolderCharts(String base, ChartFolder folder) implements Catalog.Charts {
        @Override
        public List<Catalog.Place> places(IndexEntry entry) {
            return List.of(Catalog.Place.at(base + entry.urls().getFirst()));
        }

        @Override
        public byte[] read(Catalog.Place place) {
            var file = place.url().substring(place.url().lastIndexOf('/') + 1);
            return folder.read(file).orElseThrow(() -> new RemoteException(404, "%s is gone".formatted(file)));
        }
    }
}
