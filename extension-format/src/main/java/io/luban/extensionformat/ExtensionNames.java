package io.luban.extensionformat;

import io.luban.extensionformat.version.Version;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rules for names and versions of extensions, and the names derived from them. */
public final class ExtensionNames {
    private static final int MAX_LENGTH = 63;
    private static final String LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
    private static final Pattern SUBDOMAIN = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

    private ExtensionNames() {}

    /** What is wrong with an extension's name; empty when nothing is. */
    public static Optional<String> problemOfName(String name) {
        if (name.isEmpty()
                || name.length() > MAX_LENGTH
                || !SUBDOMAIN.matcher(name).matches()) {
            return Optional.of(
                    ("extension name \"%s\" must be a DNS-1123 subdomain of at most %d characters: lower case"
                                    + " letters, digits, '-' and '.', beginning and ending with a letter or digit")
                            .formatted(name, MAX_LENGTH));
        }
        return Optional.empty();
    }

    /** What is wrong with an extension's version; empty when nothing is. */
    public static Optional<String> problemOfVersion(String version) {
        if (Version.find(version).isEmpty()) {
            return Optional.of("extension version \"%s\" must be a semantic version".formatted(version));
        }
        if (version.length() > MAX_LENGTH || !SUBDOMAIN.matcher(version).matches()) {
            return Optional.of(("extension version \"%s\" becomes part of an object name, so it must be a DNS-1123"
                            + " subdomain of at most %d characters without build metadata")
                    .formatted(version, MAX_LENGTH));
        }
        return Optional.empty();
    }

    /** Name of the ExtensionVersion object. */
    public static String extensionVersion(String extension, String version) {
        return extension + "-" + version;
    }

    /** Name of the ConfigMap that holds the packaged chart of a hand-published ExtensionVersion. */
    public static String chartConfigMap(String extensionVersion) {
        return "extension-" + extensionVersion + "-chart";
    }
}
