package io.luban.ksbuilder.registry;

import java.util.regex.Pattern;

/**
 * Which chart of which registry.
 *
 * @param host with the port, if there is one
 * @param repository path of the chart
 * @param tag empty when the reference has none
 * @param digest empty when the reference has none
 */
public record Reference(String host, String repository, String tag, String digest) {
    /** Begins every reference. */
    public static final String SCHEME = "oci://";

    private static final String PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final Pattern FORM =
            Pattern.compile("(?i:oci)://(?<host>[A-Za-z0-9.-]+(?::[0-9]{1,5})?)/(?<repository>"
                    + PART + "(?:/" + PART + ")*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?"
                    + "(?:@(?<digest>sha256:[0-9a-f]{64}))?");

    /** Reads {@code oci://host[:port]/path/name[:tag][@digest]}; throws {@link RegistryException} when it is none. */
    public static Reference parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new RegistryException(
                    "\"%s\" is no reference of the form oci://host/path/name[:tag][@sha256:…]".formatted(text));
        }
        var tag = matcher.group("tag");
        var digest = matcher.group("digest");
        return new Reference(
                matcher.group("host"),
                matcher.group("repository"),
                tag == null ? "" : tag,
                digest == null ? "" : digest);
    }

    /** Whether it says which version is meant. */
    public boolean isComplete() {
        return !tag.isEmpty() || !digest.isEmpty();
    }

    /** The same with a tag. */
    public Reference withTag(String chosen) {
        return new Reference(host, repository, chosen, digest);
    }

    /** What a manifest is asked for by. */
    String manifestName() {
        return digest.isEmpty() ? tag : digest;
    }

    @Override
    public String toString() {
        return SCHEME
                + host
                + "/"
                + repository
                + (tag.isEmpty() ? "" : ":" + tag)
                + (digest.isEmpty() ? "" : "@" + digest);
    }
}
