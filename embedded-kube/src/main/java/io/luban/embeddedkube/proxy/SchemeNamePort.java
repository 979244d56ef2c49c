package io.luban.embeddedkube.proxy;

import io.luban.model.ApiException;
import java.util.List;

/**
 * What stands for a backend in the path of a proxy: {@code name}, {@code name:port} or {@code scheme:name:port}.
 *
 * @param scheme {@code ""} when not given
 * @param port number or name, {@code ""} when not given
 */
record SchemeNamePort(String scheme, String name, String port) {
    private static final List<String> SCHEMES = List.of("", "http", "https");

    static SchemeNamePort parse(String text, String resource) {
        var parts = text.split(":", -1);
        var parsed = switch (parts.length) {
            case 1 -> new SchemeNamePort("", parts[0], "");
            case 2 -> new SchemeNamePort("", parts[0], parts[1]);
            case 3 -> new SchemeNamePort(parts[0], parts[1], parts[2]);
            default -> new SchemeNamePort("", "", "");
        };
        if (parsed.name.isEmpty() || !SCHEMES.contains(parsed.scheme)) {
            throw ApiException.badRequest("invalid " + resource + " request \"" + text + "\"");
        }
        return parsed;
    }

    boolean isTls() {
        return scheme.equals("https");
    }
}
