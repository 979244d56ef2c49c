package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.time.Instant;

/** The table of an {@code autoscaling/v1 Scale}, which is the same whatever is scaled. */
public final class ScaleTable {
    private ScaleTable() {}

    /** A table of one row; {@code version} is that of {@code meta.k8s.io}. */
    public static ObjectNode of(ObjectNode scale, String version, Instant now) {
        var table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/" + version);
        var metadata = scale.path("metadata");
        table.putObject("metadata")
                .put("resourceVersion", metadata.path("resourceVersion").asText());
        var columns = table.putArray("columnDefinitions");
        for (var name : new String[] {"Name", "Desired", "Available", "Age"}) {
            boolean isCount = name.equals("Desired") || name.equals("Available");
            columns.addObject()
                    .put("name", name)
                    .put("type", isCount ? "integer" : "string")
                    .put("format", name.equals("Name") ? "name" : "")
                    .put("description", "")
                    .put("priority", 0);
        }
        var row = table.putArray("rows").addObject();
        row.putArray("cells")
                .add(metadata.path("name").asText())
                .add(scale.path("spec").path("replicas").asLong())
                .add(scale.path("status").path("replicas").asLong())
                .add(Ages.since(metadata.path("creationTimestamp"), now));
        var partial =
                row.putObject("object").put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", metadata.deepCopy());
        return table;
    }
}
