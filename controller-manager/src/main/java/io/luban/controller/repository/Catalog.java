package io.luban.controller.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.catalog.ChartIndex;
import io.luban.extensionformat.catalog.IndexEntry;
import io.luban.model.Json;
import java.util.List;

/**
 * What a source found.
 *
 * @param index the charts
 * @param charts gives them
 * @param problems what could not be read, one sentence each
 */
record Catalog(ChartIndex index, Charts charts, List<String> problems) {
    /** Gives the charts of an index. Blocks; throws {@code RemoteException} or {@code ArchiveException}. */
    interface Charts {
        /** Where a chart may be, the likeliest first. */
        List<Place> places(IndexEntry entry);

        /** The packaged chart. */
        byte[] read(Place place);
    }

    /**
     * Where a chart is.
     *
     * @param url what an ExtensionVersion says in {@code chartURL}, empty when it is in the cluster
     * @param reference what it says in {@code chartDataRef}, empty when it is not
     */
    record Place(String url, ObjectNode reference) {
        static Place at(String url) {
            return new Place(url, Json.object());
        }

        static Place in(String namespace, String name, String key) {
            return new Place(
                    "",
                    Json.object().put("namespace", namespace).put("name", name).put("key", key));
        }
    }
}
