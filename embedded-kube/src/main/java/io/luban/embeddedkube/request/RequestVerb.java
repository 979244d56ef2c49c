package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.User;
import io.luban.http.Request;
import io.luban.model.FieldSelector;
import io.luban.model.ParseException;
import java.util.Locale;

/** Which verb of the API an HTTP request stands for. */
final class RequestVerb {
    private RequestVerb() {}

    /** The verb in the words of authorization. */
    static String of(Request request, ApiPath path) {
        boolean isNamed = !path.name().isEmpty();
        return switch (request.method()) {
            case "GET", "HEAD" -> {
                if (path.watchesByPath() || (!isNamed && isWatch(request))) {
                    yield "watch";
                }
                yield isNamed ? "get" : "list";
            }
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> isNamed ? "delete" : "deletecollection";
            default -> request.method().toLowerCase(Locale.ROOT);
        };
    }

    /** What authorization decides on. */
    static AccessRequest access(User user, Request request, ApiPath path) {
        return access(user, of(request, path), path, path.name().isEmpty() ? selectedName(request) : path.name());
    }

    static AccessRequest access(User user, String verb, ApiPath path, String name) {
        return new AccessRequest(
                user,
                verb,
                path.group(),
                path.version(),
                path.resource(),
                path.subresource(),
                path.namespace(),
                name,
                "");
    }

    /** A request outside of resources. */
    static AccessRequest access(User user, Request request) {
        var verb = request.method().toLowerCase(Locale.ROOT);
        return new AccessRequest(user, verb, "", "", "", "", "", "", request.path());
    }

    private static boolean isWatch(Request request) {
        return request.query("watch")
                .map(value -> !value.equals("0") && !value.equalsIgnoreCase("false"))
                .orElse(false);
    }

    /** A list of one object by name may be granted by that name. */
    private static String selectedName(Request request) {
        var selector = request.query("fieldSelector");
        if (selector.isEmpty()) {
            return "";
        }
        try {
            return FieldSelector.parse(selector.get()).requires("metadata.name").orElse("");
        } catch (ParseException e) {
            return ""; // The list itself refuses the selector with an explanation.
        }
    }
}
