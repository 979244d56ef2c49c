package io.luban.controller.repository;

import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.catalog.ChartIndex;
import io.luban.extensionformat.catalog.IndexEntry;
import io.luban.extensionformat.remote.ChartFetch;
import io.luban.extensionformat.remote.Deadline;
import io.luban.extensionformat.remote.RemoteClient;
import io.luban.extensionformat.remote.RemoteException;
import io.luban.model.ParseException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A Helm repository reached by http or https. */
final class HelmSource implements CatalogSource {
    private final Clients clients;

    HelmSource(Clients clients) {
        this.clients = clients;
    }

    @Override
    public Reading read(RepositorySpec repository, Deadline deadline) {
        var client = clients.open(repository, deadline);
        try {
            var index = indexAddress(repository.url());
            var parsed = parse(client.get(index, ChartIndex.MAX_BYTES), repository.url());
            var charts = new RemoteCharts(client, index, repository.url());
            return new Reading(new Catalog(parsed, charts, List.of()), client::close);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** The index below the repository's address, with one slash between, whatever query the address carries. */
    static URI indexAddress(String url) {
        try {
            var base = URI.create(url);
            var path = base.getRawPath() == null ? "" : base.getRawPath();
            var full = (path.endsWith("/") ? path : path + "/") + "index.yaml";
            var query = base.getRawQuery() == null ? "" : "?" + base.getRawQuery();
            return URI.create(base.getScheme() + "://" + base.getRawAuthority() + full + query);
        } catch (IllegalArgumentException e) {
            throw new RemoteException("\"%s\" is not the address of a repository".formatted(url));
        }
    }

    private static ChartIndex parse(byte[] bytes, String url) {
        try {
            return ChartIndex.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (ParseException e) {
            throw new RemoteException("index of %s: %s".formatted(url, e.getMessage()));
        }
    }

    /** Charts beside an index. */
    private record RemoteCharts(RemoteClient client, URI index, String repository) implements Catalog.Charts {
        @Override
        public List<Catalog.Place> places(IndexEntry entry) {
            var url = entry.urls().getFirst();
            try {
                var resolved = index.resolve(url).toString();
                if (URI.create(url).isAbsolute()) {
                    return List.of(Catalog.Place.at(resolved));
                }
                // Some indexes mean the root of the server, as the original took them.
                var fromRoot =
                        index.resolve(url.startsWith("/") ? url : "/" + url).toString();
                return fromRoot.equals(resolved)
                        ? List.of(Catalog.Place.at(resolved))
                        : List.of(Catalog.Place.at(resolved), Catalog.Place.at(fromRoot));
            } catch (IllegalArgumentException e) {
                throw new RemoteException("\"%s\" is not the address of a chart".formatted(url));
            }
        }

        @Override
        public byte[] read(Catalog.Place place) {
            var bytes = ChartFetch.fetch(client, place.url(), repository);
            if (bytes.length > ChartArchive.MAX_PACKED_BYTES) {
                throw new RemoteException("%s is too large".formatted(place.url()));
            }
            return bytes;
        }
    }
}
