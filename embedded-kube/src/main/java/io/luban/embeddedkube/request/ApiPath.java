package io.luban.embeddedkube.request;

import io.luban.model.ApiException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A resource path taken apart. A namespace named as an object is its own namespace too, so that rights granted within it
 * reach it.
 *
 * @param group {@code ""} for core
 * @param watchesByPath the deprecated {@code /watch/} form
 * @param namespace {@code ""} when the path names none
 * @param name {@code ""} for a collection
 * @param subresource {@code ""} for the object itself
 * @param rest what follows a subresource, with a leading slash, or {@code ""}; percent-encoded below a proxy
 */
record ApiPath(
        String group,
        String version,
        boolean watchesByPath,
        String namespace,
        String resource,
        String name,
        String subresource,
        String rest) {
    /** What stands in decoded text for bytes that were none. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final List<String> NAMESPACE_PARTS = List.of("status", "finalize");
    private static final Pattern PROXIED =
            Pattern.compile("(/api/v1/(?:namespaces/[^/]+/(?:services|pods)|nodes)/[^/]+/proxy)(/.*)");

    /**
     * The parts of a path below a group version; empty for all others. Broken encodings and dot segments are a 404,
     * control characters and bytes that are not UTF-8 a 400.
     */
    static Optional<ApiPath> parse(String rawPath) {
        if (rawPath.contains("/proxy/")) {
            // what stands behind a proxy has paths of its own making
            var matcher = PROXIED.matcher(rawPath);
            if (matcher.matches()) {
                return parse(matcher.group(1)).map(path -> path.followedBy(matcher.group(2)));
            }
        }
        boolean isCore = rawPath.startsWith("/api/");
        if (!isCore && !rawPath.startsWith("/apis/")) {
            return Optional.empty();
        }
        var segments = segments(rawPath);
        int prefix = isCore ? 2 : 3;
        if (segments.size() <= prefix) {
            return Optional.empty();
        }
        var group = isCore ? "" : segments.get(1);
        var version = segments.get(prefix - 1);
        boolean watches = segments.get(prefix).equals("watch") && segments.size() > prefix + 1;
        return Optional.of(
                of(group, version, watches, segments.subList(watches ? prefix + 1 : prefix, segments.size())));
    }

    private ApiPath followedBy(String more) {
        return new ApiPath(group, version, watchesByPath, namespace, resource, name, subresource, more);
    }

    private static ApiPath of(String group, String version, boolean watches, List<String> parts) {
        boolean isScoped = parts.getFirst().equals("namespaces")
                && parts.size() > 2
                && !(group.isEmpty() && parts.size() == 3 && NAMESPACE_PARTS.contains(parts.get(2)));
        var namespace = isScoped ? parts.get(1) : "";
        var tail = isScoped ? parts.subList(2, parts.size()) : parts;
        var name = at(tail, 1);
        if (!isScoped && group.isEmpty() && tail.getFirst().equals("namespaces")) {
            namespace = name;
        }
        var rest = tail.size() > 3 ? "/" + String.join("/", tail.subList(3, tail.size())) : "";
        return new ApiPath(group, version, watches, namespace, tail.getFirst(), name, at(tail, 2), rest);
    }

    private static String at(List<String> parts, int index) {
        return index < parts.size() ? parts.get(index) : "";
    }

    private static List<String> segments(String rawPath) {
        var result = new ArrayList<String>();
        int start = 1;
        while (start <= rawPath.length()) {
            int slash = rawPath.indexOf('/', start);
            int end = slash < 0 ? rawPath.length() : slash;
            if (end == rawPath.length() && end == start) {
                break; // A trailing slash changes nothing.
            }
            result.add(segment(rawPath.substring(start, end)));
            start = end + 1;
        }
        return result;
    }

    private static String segment(String raw) {
        var decoded = raw.indexOf('%') < 0 ? raw : decode(raw);
        if (decoded.isEmpty() || decoded.equals(".") || decoded.equals("..") || decoded.indexOf('/') >= 0) {
            throw ApiException.noSuchResource();
        }
        return decoded;
    }

    private static String decode(String raw) {
        try {
            var decoded = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
            if (decoded.chars().anyMatch(c -> c < ' ' || c == 127 || c == REPLACEMENT)) {
                throw ApiException.badRequest("the path holds control characters or is not UTF-8");
            }
            return decoded;
        } catch (IllegalArgumentException e) {
            throw ApiException.noSuchResource();
        }
    }
}
