package io.luban.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The syntax rules of Kubernetes names and labels. Every check answers the problems in the words that clients know, an
 * empty list when there are none, in time linear in the length of the text.
 */
public final class ObjectNames {
    private static final String SUBDOMAIN =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start"
                    + " and end with an alphanumeric character (e.g. 'example.com', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static final String LABEL =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end"
                    + " with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private static final String LABEL_1035 =
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                    + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for"
                    + " validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private static final String QUALIFIED =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
                    + " character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                    + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private static final String LABEL_VALUE =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start"
                    + " and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used"
                    + " for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private static final int SUBDOMAIN_LENGTH = 253;
    private static final int LABEL_LENGTH = 63;

    private ObjectNames() {}

    /** DNS-1123 subdomain of at most 253 characters: the default for object names. */
    public static List<String> subdomain(String text) {
        var problems = new ArrayList<String>();
        checkLength(text, SUBDOMAIN_LENGTH, problems);
        if (!isSubdomain(text)) {
            problems.add(SUBDOMAIN);
        }
        return problems;
    }

    /** DNS-1123 label of at most 63 characters: namespaces, containers, ports. */
    public static List<String> label(String text) {
        var problems = new ArrayList<String>();
        checkLength(text, LABEL_LENGTH, problems);
        if (!isLabel(text)) {
            problems.add(isSubdomain(text) ? "must not contain dots" : LABEL);
        }
        return problems;
    }

    /** DNS-1035 label of at most 63 characters: services. */
    public static List<String> label1035(String text) {
        var problems = new ArrayList<String>();
        checkLength(text, LABEL_LENGTH, problems);
        if (!isLabel(text) || !isLowerLetter(text.charAt(0))) {
            problems.add(LABEL_1035);
        }
        return problems;
    }

    /** Anything that fits into one path segment: role names. */
    public static List<String> pathSegment(String text) {
        var problems = new ArrayList<String>();
        if (text.equals(".") || text.equals("..")) {
            problems.add("may not be '" + text + "'");
        }
        for (var forbidden : List.of("/", "%")) {
            if (text.contains(forbidden)) {
                problems.add("may not contain '" + forbidden + "'");
            }
        }
        return problems;
    }

    /** {@code [prefix/]name}: keys of labels and annotations, finalizers, condition types. */
    public static List<String> qualifiedName(String text) {
        var problems = new ArrayList<String>();
        int slash = text.indexOf('/');
        if (slash != text.lastIndexOf('/')) {
            problems.add("a qualified name " + QUALIFIED
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
            return problems;
        }
        if (slash == 0) {
            problems.add("prefix part must be non-empty");
        } else if (slash > 0) {
            subdomain(text.substring(0, slash)).forEach(problem -> problems.add("prefix part " + problem));
        }
        var name = text.substring(slash + 1);
        if (name.isEmpty()) {
            problems.add("name part must be non-empty");
        } else if (name.length() > LABEL_LENGTH) {
            problems.add("name part must be no more than " + LABEL_LENGTH + " bytes");
        }
        if (!isWord(name)) {
            problems.add("name part " + QUALIFIED);
        }
        return problems;
    }

    /** Value of a label. */
    public static List<String> labelValue(String text) {
        var problems = new ArrayList<String>();
        checkLength(text, LABEL_LENGTH, problems);
        if (!text.isEmpty() && !isWord(text)) {
            problems.add(LABEL_VALUE);
        }
        return problems;
    }

    private static void checkLength(String text, int maximum, List<String> problems) {
        if (text.length() > maximum) {
            problems.add("must be no more than " + maximum + " bytes");
        }
    }

    private static boolean isSubdomain(String text) {
        int start = 0;
        while (true) {
            int dot = text.indexOf('.', start);
            if (!isLabel(text.substring(start, dot < 0 ? text.length() : dot))) {
                return false;
            }
            if (dot < 0) {
                return true;
            }
            start = dot + 1;
        }
    }

    private static boolean isLabel(String text) {
        if (text.isEmpty() || text.startsWith("-") || text.endsWith("-")) {
            return false;
        }
        return text.chars().allMatch(c -> isLowerLetter(c) || isDigit(c) || c == '-');
    }

    private static boolean isWord(String text) {
        if (text.isEmpty() || !isAlphanumeric(text.charAt(0)) || !isAlphanumeric(text.charAt(text.length() - 1))) {
            return false;
        }
        return text.chars().allMatch(c -> isAlphanumeric(c) || c == '-' || c == '_' || c == '.');
    }

    private static boolean isAlphanumeric(int c) {
        return isLowerLetter(c) || isDigit(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean isLowerLetter(int c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
