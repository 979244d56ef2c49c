package io.luban.apiserver.pipeline;

import java.util.List;
import java.util.Map;

/**
 * Who asks.
 *
 * @param extra further facts about the login, such as {@code uninitialized}
 */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    /** Group of everybody who logged in. */
    public static final String AUTHENTICATED = "system:authenticated";

    /** Nobody in particular. */
    public static final User ANONYMOUS = new User("system:anonymous", "", List.of("system:unauthenticated"), Map.of());

    /** Defensive copies. */
    public User {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    /** Whether nobody logged in. */
    public boolean isAnonymous() {
        return name.equals(ANONYMOUS.name);
    }
}
