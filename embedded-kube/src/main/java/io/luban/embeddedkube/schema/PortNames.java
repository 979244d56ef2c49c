package io.luban.embeddedkube.schema;

import java.util.ArrayList;
import java.util.List;

/** Names of ports (RFC 6335 §5.1). */
final class PortNames {
    private static final int MAXIMUM_LENGTH = 15;

    private PortNames() {}

    /** What is wrong with a name; empty when nothing is. */
    static List<String> problems(String name) {
        var problems = new ArrayList<String>();
        if (name.length() > MAXIMUM_LENGTH) {
            problems.add("must be no more than " + MAXIMUM_LENGTH + " characters");
        }
        if (!name.matches("[-a-z0-9]+")) {
            problems.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (name.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
            problems.add("must contain at least one letter (a-z)");
        }
        if (name.contains("--")) {
            problems.add("must not contain consecutive hyphens");
        }
        if (name.startsWith("-") || name.endsWith("-")) {
            problems.add("must not begin or end with a hyphen");
        }
        return problems;
    }
}
