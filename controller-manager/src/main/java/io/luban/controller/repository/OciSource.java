package io.luban.controller.repository;

import io.luban.extensionformat.ExtensionNames;
import io.luban.extensionformat.catalog.ChartIndex;
import io.luban.extensionformat.catalog.IndexEntry;
import io.luban.extensionformat.remote.ChartFetch;
import io.luban.extensionformat.remote.Deadline;
import io.luban.extensionformat.remote.ImageReference;
import io.luban.extensionformat.remote.OciRegistry;
import io.luban.extensionformat.remote.RemoteException;
import io.luban.extensionformat.version.Version;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Charts in an OCI registry: the tags of one path, or of every path below it where the registry lists them. */
final class OciSource implements CatalogSource {
    private static final int MAX_CHARTS = 2_000;

    private final Clients clients;

    OciSource(Clients clients) {
        this.clients = clients;
    }

    @Override
    public Reading read(RepositorySpec repository, Deadline deadline) {
        var client = clients.open(repository, deadline);
        try {
            var place = ImageReference.oci(repository.url());
            var registry = new OciRegistry(client, place.registry());
            var entries = new ArrayList<IndexEntry>();
            var problems = new ArrayList<String>();
            for (var chart : charts(registry, place)) {
                addVersions(registry, chart, repository.depth(), entries, problems);
            }
            if (entries.isEmpty() && problems.isEmpty()) {
                throw new RemoteException("%s has no charts".formatted(repository.url()));
            }
            var catalog = new Catalog(ChartIndex.of(entries), new RegistryCharts(registry), problems);
            return new Reading(catalog, client::close);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private static List<ImageReference> charts(OciRegistry registry, ImageReference place) {
        if (!registry.tags(place).isEmpty()) {
            return List.of(place);
        }
        return registry.repositories(place).stream()
                .filter(path -> path.startsWith(place.repository() + "/"))
                .limit(MAX_CHARTS)
                .map(place::at)
                .toList();
    }

    private static void addVersions(
            OciRegistry registry, ImageReference chart, int depth, List<IndexEntry> entries, List<String> problems) {
        var versions = registry.tags(chart).stream()
                .filter(tag -> ExtensionNames.problemOfVersion(tag).isEmpty())
                .sorted(Comparator.comparing(Version::parse).reversed())
                .limit(depth)
                .toList();
        for (var version : versions) {
            var reference = chart.tagged(version);
            try {
                var layer = OciRegistry.chartLayer(registry.manifest(reference, "amd64"), reference);
                var entry = Json.object()
                        .put("name", chart.lastName())
                        .put("version", version)
                        .put("digest", layer);
                entry.putArray("urls").add("oci://" + reference);
                entries.add(new IndexEntry(entry));
            } catch (RemoteException e) {
                problems.add("%s %s: %s".formatted(chart.lastName(), version, e.getMessage()));
                // It stays in the index, so that what was read of it earlier stays in the cluster.
                var entry = Json.object().put("name", chart.lastName()).put("version", version);
                entry.putArray("urls");
                entries.add(new IndexEntry(entry));
            }
        }
    }

    /** Charts by their references. */
    private record RegistryCharts(OciRegistry registry) implements Catalog.Charts {
        @Override
        public List<Catalog.Place> places(IndexEntry entry) {
            return List.of(Catalog.Place.at(entry.urls().getFirst()));
        }

        @Override
        public byte[] read(Catalog.Place place) {
            return ChartFetch.fetchOci(registry, ImageReference.oci(place.url()));
        }
    }
}
