package io.luban.apiserver.authentication;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.pipeline.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What logging in needs to know of a User object.
 *
 * @param groups groups the user acts in, always with that of everybody who logged in
 * @param password as stored: a bcrypt text, or what somebody wrote straight into the object; may be empty
 * @param state {@code Active}, {@code Disabled}, {@code AuthLimitExceeded} or {@code ""}
 * @param uninitialized whether the password has to be changed at the first login
 */
public record Account(
        String name,
        String uid,
        List<String> groups,
        String password,
        String state,
        Profile profile,
        boolean uninitialized) {
    /** What relying parties may learn about a user; absent values are {@code ""}. */
    public record Profile(String email, String displayName, String language) {}

    /** The account of a User object. */
    static Optional<Account> from(ObjectNode user) {
        var spec = user.path("spec");
        var metadata = user.path("metadata");
        var profile = new Profile(text(spec, "email"), text(spec, "displayName"), text(spec, "lang"));
        var flag = metadata.path("annotations")
                .path("iam.kubesphere.io/uninitialized")
                .asText("");
        return Optional.of(new Account(
                text(metadata, "name"),
                text(metadata, "uid"),
                groups(spec.path("groups")),
                text(spec, "password"),
                text(user.path("status"), "state"),
                profile,
                !flag.isEmpty()));
    }

    private static List<String> groups(JsonNode names) {
        var groups = new ArrayList<String>();
        groups.add(User.AUTHENTICATED);
        names.forEach(name -> groups.add(name.asText()));
        return List.copyOf(groups);
    }

    private static String text(JsonNode object, String member) {
        return object.path(member).asText("");
    }

    /** Whether the password is stored as a hash. */
    boolean hasHashedPassword() {
        return Passwords.isHash(password);
    }

    boolean isActive() {
        return state.equals("Active");
    }

    boolean isDisabled() {
        return state.equals("Disabled");
    }

    /** The account as a caller. */
    User user(Map<String, List<String>> extra) {
        return new User(name, uid, groups, extra);
    }

    @Override
    public String toString() {
        return "account " + name;
    }
}
