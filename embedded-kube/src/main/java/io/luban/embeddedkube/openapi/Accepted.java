package io.luban.embeddedkube.openapi;

import io.luban.http.Request;
import java.util.Locale;

/** Which of the known forms of an OpenAPI document a request prefers. */
final class Accepted {
    static final String JSON = "application/json";
    static final String PROTOBUF = "application/com.github.proto-openapi.spec.v3.v1.0+protobuf";
    static final String PROTOBUF_V2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    static final String PROTOBUF_V2_PREFIX = "application/com.github.proto-openapi.spec.v2";

    private Accepted() {}

    /** The first clause of Accept that is known, without parameters; empty when none is. */
    static String first(Request request) {
        var values = request.headers().all("Accept");
        if (values.isEmpty()) {
            return JSON;
        }
        for (var value : values) {
            for (var clause : value.split(",", -1)) {
                var type = clause.split(";", -1)[0].strip().toLowerCase(Locale.ROOT);
                var known = known(type);
                if (!known.isEmpty()) {
                    return known;
                }
            }
        }
        return "";
    }

    private static String known(String type) {
        return switch (type) {
            case "", "*/*", "application/*", JSON -> JSON;
            case "application/com.github.proto-openapi.spec.v3@v1.0+protobuf", PROTOBUF -> PROTOBUF;
            case "application/com.github.proto-openapi.spec.v2@v1.0+protobuf", PROTOBUF_V2 -> PROTOBUF_V2;
            default -> "";
        };
    }
}
