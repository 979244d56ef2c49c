package io.luban.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.List;

/** The two generations of the description's format. */
enum Generation {
    /** Swagger 2.0. */
    V2("/openapi/v2", ""),
    /** OpenAPI 3. */
    V3("/openapi/v3", "components");

    private final String path;
    private final String container;

    Generation(String path, String container) {
        this.path = path;
        this.container = container;
    }

    /** Where servers publish it. */
    String path() {
        return path;
    }

    /** Names of the parts that references point into. */
    List<String> sections() {
        return switch (this) {
            case V2 -> List.of("definitions", "parameters", "responses");
            case V3 -> List.of("schemas", "parameters", "responses", "requestBodies", "headers", "examples");
        };
    }

    /** The object that holds the sections; made when missing. */
    ObjectNode container(ObjectNode document) {
        return container.isEmpty() ? document : document.withObject("/" + container);
    }

    /** The same of a document that may have any form: nothing where there is none. */
    JsonNode part(ObjectNode document) {
        return container.isEmpty() ? document : document.path(container);
    }

    /** What a reference to a member of the section begins with. */
    String reference(String section) {
        return container.isEmpty() ? "#/" + section + "/" : "#/" + container + "/" + section + "/";
    }

    /** Says that an operation takes a text as part of its path. */
    void addParameter(ObjectNode operation, String name) {
        var parameter = operation.withArray("/parameters").addObject();
        parameter.put("name", name).put("in", "path").put("required", true);
        (this == V2 ? parameter : parameter.putObject("schema")).put("type", "string");
    }

    /** A description of nothing. */
    ObjectNode skeleton(String version) {
        var document = Json.object();
        if (this == V2) {
            document.put("swagger", "2.0");
        } else {
            document.put("openapi", "3.0.3");
        }
        document.putObject("info").put("title", "KubeSphere API").put("version", version);
        document.putObject("paths");
        var scheme = this == V2
                ? document.putObject("securityDefinitions").putObject("BearerToken")
                : document.putObject("components").putObject("securitySchemes").putObject("BearerToken");
        scheme.put("type", "apiKey").put("name", "Authorization").put("in", "header");
        document.putArray("security").addObject().putArray("BearerToken");
        return document;
    }
}
