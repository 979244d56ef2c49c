package io.luban.controller.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ChartData;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.catalog.ChartFolder;
import io.luban.extensionformat.catalog.ChartIndex;
import io.luban.extensionformat.catalog.IndexEntry;
import io.luban.extensionformat.remote.Deadline;
import io.luban.extensionformat.remote.RemoteException;
import io.luban.kube.KubeRest;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Packages in the {@code binaryData} of a ConfigMap, {@code configmap://namespace/name}; versions refer to its keys. */
final class ConfigMapSource implements CatalogSource {
    static final String SCHEME = "configmap://";

    private final KubeRest kube;

    ConfigMapSource(KubeRest kube) {
        this.kube = kube;
    }

    @Override
    public Reading read(RepositorySpec repository, Deadline deadline) {
        var parts = repository.url().substring(SCHEME.length()).split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new RemoteException("\"%s\" must be configmap://namespace/name".formatted(repository.url()));
        }
        var map = kube.find("/api/v1/namespaces/%s/configmaps/%s".formatted(parts[0], parts[1]))
                .orElseThrow(
                        () -> new RemoteException(404, "ConfigMap %s/%s does not exist".formatted(parts[0], parts[1])));
        var charts = new Keys(map, parts[0], parts[1]);
        var entries = new ArrayList<IndexEntry>();
        var problems = new ArrayList<String>();
        for (var field : map.path("binaryData").properties()) {
            try {
                var packed = charts.bytes(field.getKey());
                var entry = ChartFolder.describe(packed).put("digest", ChartData.digest(packed));
                entry.putArray("urls").add(field.getKey());
                entries.add(new IndexEntry(entry));
            } catch (ArchiveException | ParseException e) {
                problems.add(field.getKey() + ": " + e.getMessage());
            }
        }
        return new Reading(new Catalog(ChartIndex.of(entries), charts, problems), () -> {});
    }

    /** Charts by the keys of one ConfigMap. */
    private record Keys(ObjectNode map, String namespace, String name) implements Catalog.Charts {
        @Override
        public List<Catalog.Place> places(IndexEntry entry) {
            return List.of(Catalog.Place.in(namespace, name, entry.urls().getFirst()));
        }

        @Override
        public byte[] read(Catalog.Place place) {
            return bytes(place.reference().path("key").asText());
        }

        byte[] bytes(String key) {
            try {
                JsonNode data = map.path("binaryData").path(key);
                return Base64.getDecoder().decode(data.asText(""));
            } catch (IllegalArgumentException e) {
                throw new ArchiveException("it is not base64");
            }
        }
    }
}
