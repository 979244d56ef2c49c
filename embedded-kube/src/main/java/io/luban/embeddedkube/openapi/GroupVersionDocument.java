package io.luban.embeddedkube.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.Json;
import java.util.Comparator;
import java.util.List;

/** The OpenAPI 3.0 document of one group version. */
final class GroupVersionDocument {
    private GroupVersionDocument() {}

    static ObjectNode of(List<ResourceType> types, SchemaLibrary library) {
        var json = Json.object().put("openapi", "3.0.0");
        json.putObject("info").put("title", "Kubernetes").put("version", "v1.33.4");
        var components = new Components(library);
        var paths = json.putObject("paths");
        types.stream()
                .sorted(Comparator.comparing(type -> type.names().plural()))
                .forEach(type -> ResourcePaths.add(paths, type, components));
        json.putObject("components").set("schemas", components.schemas());
        return json;
    }
}
