package io.luban.controller.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ExtensionVersionSpec;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.catalog.IndexEntry;
import io.luban.extensionformat.catalog.PlainChart;
import io.luban.extensionformat.remote.RemoteException;
import io.luban.model.Json;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Turns an entry of an index and its chart into the content of an ExtensionVersion. */
record ChartReading(String repository, boolean plainCharts, Predicate<String> isCategory) {
    /** A chart that cannot become a version, whoever asks and however often. */
    static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    /**
     * The content of an ExtensionVersion.
     *
     * @param annotations of the chart
     * @param warnings about what was left out of it
     */
    record Content(ObjectNode spec, Map<String, String> annotations, List<String> warnings) {}

    /** Fetches and reads the chart; throws {@link Unusable}, or {@link RemoteException} for what may work later. */
    Content read(IndexEntry entry, Catalog.Charts charts) {
        RemoteException failure = new RemoteException("it has no address");
        for (var place : charts.places(entry)) {
            try {
                return content(entry, place, charts.read(place));
            } catch (RemoteException e) {
                failure = e;
                if (e.status() != 404) {
                    throw e;
                }
            } catch (ArchiveException e) {
                throw new Unusable(String.valueOf(e.getMessage()));
            }
        }
        throw failure;
    }

    private Content content(IndexEntry entry, Catalog.Place place, byte[] packed) {
        var archive = ChartArchive.read(packed);
        var incoming = incoming(entry, place);
        var extracted = ExtensionVersionSpec.extract(incoming, archive)
                .or(() -> plainCharts ? PlainChart.extract(incoming, archive, isCategory) : java.util.Optional.empty())
                .orElseThrow(() -> new Unusable(
                        "the chart has no extension.yaml that can be read, or a version that breaks the rules"));
        if (!extracted.name().equals(entry.name())) {
            throw new Unusable("the chart calls itself \"%s\"".formatted(extracted.name()));
        }
        var version = extracted.spec().path("version").asText("");
        if (!version.equals(entry.version())) {
            throw new Unusable("the chart says that it is version \"%s\"".formatted(version));
        }
        var annotations = new LinkedHashMap<>(extracted.annotations());
        annotations.putAll(entry.annotations());
        return new Content(extracted.spec(), annotations, extracted.warnings());
    }

    private ObjectNode incoming(IndexEntry entry, Catalog.Place place) {
        var spec = Json.object();
        if (!place.url().isEmpty()) {
            spec.put("chartURL", place.url());
        } else {
            spec.set("chartDataRef", place.reference().deepCopy());
        }
        if (isTime(entry.created())) {
            spec.put("created", entry.created());
        }
        if (!entry.digest().isEmpty()) {
            spec.put("digest", entry.digest());
        }
        // Both generations of the API ask for it.
        return spec.put("repository", repository).put("repo", repository);
    }

    private static boolean isTime(String text) {
        try {
            return !text.isEmpty() && OffsetDateTime.parse(text).getYear() > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
