package io.luban.apiserver.pipeline;

import io.luban.http.Headers;
import io.luban.http.Request;
import io.luban.model.ApiException;
import java.util.List;

/**
 * Cleans the request of what only the gateway may say, undoes what a member cluster's service proxy forced on it, and
 * finds out what it is about. Runs before everything that decides; answers 400 to a path that cannot be read.
 */
public final class RequestInfoFilter implements Stage {
    private static final String AUTHORIZATION = "Authorization";
    private static final String CARRIED_AUTHORIZATION = "X-KubeSphere-Authorization";
    private static final String CARRIED_QUERY = "X-KubeSphere-Rawquery";
    private static final int LONGEST_CARRIED_QUERY = 8 * 1024;
    private static final List<String> IDENTITY_PREFIXES = List.of(
            "X-Remote-User",
            "X-Remote-Uid",
            "X-Remote-Group",
            "X-Remote-Extra-",
            "Impersonate-User",
            "Impersonate-Uid",
            "Impersonate-Group",
            "Impersonate-Extra-");

    @Override
    public Step attempt(Exchange exchange) {
        var request = cleaned(ConsolePath.undone(exchange.request()));
        return Step.next(exchange.with(request).with(RequestInfoResolver.resolve(request)));
    }

    private static Request cleaned(Request request) {
        var before = request.headers();
        if (before.all(AUTHORIZATION).size() > 1) {
            throw ApiException.badRequest("the request carries more than one Authorization header");
        }
        var headers = withoutIdentity(before);
        headers = withCarriedAuthorization(headers);
        var query = request.rawQuery();
        var carried = headers.first(CARRIED_QUERY).orElse("");
        if (query.isEmpty() && !carried.isEmpty()) {
            query = checkedQuery(carried);
            headers = headers.without(CARRIED_QUERY);
        }
        query = withDryRunRenamed(query);
        var changed = headers == before ? request : request.withHeaders(headers);
        return query.equals(request.rawQuery()) ? changed : changed.withTarget(changed.rawPath(), query);
    }

    private static Headers withoutIdentity(Headers headers) {
        var found = new boolean[1];
        headers.forEach((name, value) -> found[0] |= isIdentity(name));
        if (!found[0]) {
            return headers;
        }
        var kept = Headers.builder();
        headers.forEach((name, value) -> {
            if (!isIdentity(name)) {
                kept.add(name, value);
            }
        });
        return kept.build();
    }

    private static boolean isIdentity(String name) {
        if (name.isEmpty() || "xXiI".indexOf(name.charAt(0)) < 0) {
            return false;
        }
        for (var prefix : IDENTITY_PREFIXES) {
            if (begins(name, prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Many backends take an underscore in a name for a hyphen. */
    private static boolean begins(String name, String prefix) {
        if (name.length() < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            char c = name.charAt(i) == '_' ? '-' : Character.toLowerCase(name.charAt(i));
            if (c != Character.toLowerCase(prefix.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Backends, which do not know the field for a credential, must never see it. */
    private static Headers withCarriedAuthorization(Headers headers) {
        if (!headers.contains(CARRIED_AUTHORIZATION)) {
            return headers;
        }
        var carried = headers.first(CARRIED_AUTHORIZATION).orElse("");
        var rest = headers.without(CARRIED_AUTHORIZATION);
        boolean isNamed = !headers.first(AUTHORIZATION).orElse("").isEmpty();
        return carried.isEmpty() || isNamed ? rest : rest.with(AUTHORIZATION, carried);
    }

    private static String checkedQuery(String carried) {
        if (carried.length() > LONGEST_CARRIED_QUERY) {
            throw ApiException.badRequest(CARRIED_QUERY + " is longer than " + LONGEST_CARRIED_QUERY + " bytes");
        }
        for (int i = 0; i < carried.length(); i++) {
            char c = carried.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                throw ApiException.badRequest(CARRIED_QUERY + " holds characters that cannot stand in a query");
            }
        }
        return carried;
    }

    /** The service proxy of Kubernetes refuses {@code dryRun}, so members receive it in lower case. */
    private static String withDryRunRenamed(String query) {
        if (!query.contains("dryrun")) {
            return query;
        }
        var pairs = query.split("&", -1);
        for (int i = 0; i < pairs.length; i++) {
            if (pairs[i].equals("dryrun") || pairs[i].startsWith("dryrun=")) {
                pairs[i] = "dryRun" + pairs[i].substring("dryrun".length());
            }
        }
        return String.join("&", pairs);
    }
}
