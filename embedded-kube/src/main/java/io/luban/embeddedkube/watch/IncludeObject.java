package io.luban.embeddedkube.watch;

import io.luban.http.Request;
import io.luban.model.ApiException;

/** What a table row says about its object besides the cells. */
enum IncludeObject {
    NONE,
    METADATA,
    OBJECT;

    static IncludeObject of(Request request) {
        return switch (request.query("includeObject").orElse("")) {
            case "", "Metadata" -> METADATA;
            case "None" -> NONE;
            case "Object" -> OBJECT;
            case String other ->
                throw ApiException.badRequest("unrecognized includeObject value: \"%s\"".formatted(other));
        };
    }
}
