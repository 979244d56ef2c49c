package io.luban.embeddedkube.auth;

import io.luban.http.Headers;
import io.luban.model.ApiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lets a caller act as somebody else, after each part of the wanted identity was permitted. */
public final class Impersonation {
    private static final String USER = "Impersonate-User";
    private static final String GROUP = "Impersonate-Group";
    private static final String UID = "Impersonate-Uid";
    private static final String PREFIX = "impersonate-";
    private static final String EXTRA = "impersonate-extra-";
    private static final String ACCOUNT = "system:serviceaccount:";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    private final Authorizer authorizer;

    /** Asks {@code authorizer} for the verb impersonate. */
    public Impersonation(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /** Whether the request asks for another identity. */
    public static boolean isWanted(Headers headers) {
        var found = new boolean[1];
        headers.forEach((name, value) -> found[0] |= name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()));
        return found[0];
    }

    /** The identity to go on with; 400 when it is incomplete, 403 when it is not permitted. */
    public User apply(User caller, Headers headers) {
        if (!isWanted(headers)) {
            return caller;
        }
        var names = headers.all(USER);
        if (names.size() != 1 || names.getFirst().isEmpty()) {
            throw ApiException.badRequest(
                    "impersonation needs exactly one Impersonate-User header, got " + names.size());
        }
        var name = names.getFirst();
        var groups = headers.all(GROUP);
        var uid = headers.first(UID).orElse("");
        var extra = extra(headers);
        requireUser(caller, name);
        groups.forEach(group -> require(caller, "", "groups", "", "", group));
        extra.forEach((key, values) ->
                values.forEach(value -> require(caller, AUTHENTICATION, "userextras", key, "", value)));
        if (!uid.isEmpty()) {
            require(caller, AUTHENTICATION, "uids", "", "", uid);
        }
        return new User(name, uid, completed(name, groups), extra);
    }

    private void requireUser(User caller, String name) {
        if (name.startsWith(ACCOUNT)) {
            var parts = name.substring(ACCOUNT.length()).split(":", -1);
            if (parts.length == 2) {
                require(caller, "", "serviceaccounts", "", parts[0], parts[1]);
                return;
            }
        }
        require(caller, "", "users", "", "", name);
    }

    private void require(
            User caller, String group, String resource, String subresource, String namespace, String name) {
        var request = new AccessRequest(caller, "impersonate", group, "", resource, subresource, namespace, name, "");
        var decision = authorizer.decide(request);
        if (!decision.allowed()) {
            throw AccessRefusal.of(request, decision.reason());
        }
    }

    private static List<String> completed(String name, List<String> given) {
        var groups = new ArrayList<>(given);
        if (given.isEmpty() && name.startsWith(ACCOUNT)) {
            groups.add("system:serviceaccounts");
            groups.add(
                    "system:serviceaccounts:" + name.substring(ACCOUNT.length()).split(":", -1)[0]);
        }
        var everybody = name.equals(User.ANONYMOUS.name()) ? "system:unauthenticated" : "system:authenticated";
        if (!groups.contains(everybody)) {
            groups.add(everybody);
        }
        return groups;
    }

    private static Map<String, List<String>> extra(Headers headers) {
        var extra = new LinkedHashMap<String, List<String>>();
        headers.forEach((name, value) -> {
            var lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(EXTRA)) {
                extra.computeIfAbsent(FrontProxy.unescaped(lower.substring(EXTRA.length())), key -> new ArrayList<>())
                        .add(value);
            }
        });
        return extra;
    }
}
