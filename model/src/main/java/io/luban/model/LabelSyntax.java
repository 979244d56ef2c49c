package io.luban.model;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What label keys and values may look like, with the explanations Kubernetes gives. */
public final class LabelSyntax {
    private static final int MAX_NAME = 63;
    private static final int MAX_PREFIX = 253;
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final String NAME_RULE =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
                    + "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '" + NAME
                    + "')";
    private static final String VALUE_RULE =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
                    + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
                    + "regex used for validation is '(" + NAME + ")?')";
    private static final String SUBDOMAIN_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
                    + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation "
                    + "is '" + SUBDOMAIN + "')";

    private LabelSyntax() {}

    /** Why the text cannot be a label or annotation key; empty when it can. */
    public static Optional<String> keyProblem(String key) {
        int slash = key.indexOf('/');
        if (slash >= 0 && key.indexOf('/', slash + 1) >= 0) {
            return Optional.of("a qualified name " + NAME_RULE
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        }
        if (slash >= 0) {
            var problem = prefixProblem(key.substring(0, slash));
            if (problem.isPresent()) {
                return problem.map(text -> "prefix part " + text);
            }
        }
        return nameProblem(key.substring(slash + 1)).map(text -> "name part " + text);
    }

    /** Why the text cannot be a label value; empty when it can. */
    public static Optional<String> valueProblem(String value) {
        if (length(value) > MAX_NAME) {
            return Optional.of("must be no more than " + MAX_NAME + " bytes");
        }
        return value.isEmpty() || NAME.matches(value) ? Optional.empty() : Optional.of(VALUE_RULE);
    }

    private static Optional<String> prefixProblem(String prefix) {
        if (prefix.isEmpty()) {
            return Optional.of("must be non-empty");
        }
        if (length(prefix) > MAX_PREFIX) {
            return Optional.of("must be no more than " + MAX_PREFIX + " bytes");
        }
        return SUBDOMAIN.matches(prefix) ? Optional.empty() : Optional.of(SUBDOMAIN_RULE);
    }

    private static Optional<String> nameProblem(String name) {
        if (name.isEmpty()) {
            return Optional.of("must be non-empty");
        }
        if (length(name) > MAX_NAME) {
            return Optional.of("must be no more than " + MAX_NAME + " bytes");
        }
        return NAME.matches(name) ? Optional.empty() : Optional.of(NAME_RULE);
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
