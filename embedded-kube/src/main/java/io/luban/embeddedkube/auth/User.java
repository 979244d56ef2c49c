package io.luban.embeddedkube.auth;

import java.util.List;
import java.util.Map;

/** An authenticated (or anonymous) caller. */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    /** The server acting for itself: controllers, garbage collection. */
    public static final User SYSTEM =
            new User("system:apiserver", "", List.of("system:masters", "system:authenticated"), Map.of());

    /** Nobody in particular. */
    public static final User ANONYMOUS = new User("system:anonymous", "", List.of("system:unauthenticated"), Map.of());

    /** Defensive copies. */
    public User {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }
}
