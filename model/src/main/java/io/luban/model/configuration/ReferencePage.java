package io.luban.model.configuration;

import java.util.List;

/** A page of the documentation that lists keys; tests compare it with the one in the repository. */
public final class ReferencePage {
    private ReferencePage() {}

    /**
     * The page.
     *
     * @param declarations name of the class that declares the keys
     * @param places sentences on the files that are read
     */
    public static String text(String title, String declarations, String places, List<Key<?>> keys) {
        var page = new StringBuilder("""
                # %s

                Generated from the declarations in `%s`; change those, then run the test with
                `-Dluban.reference.write=true`.

                %s The dots of a name are levels of the file: `kube.audit.level` is `level` within `audit` within `kube`;
                upper and lower case are the same. An environment variable wins over the file, an option of the command over
                both. Wrong values end the start with a list of all of them; unknown keys are named once with the nearest
                known one.

                | Key | Value | Default | Meaning | Variable |
                |---|---|---|---|---|
                """.formatted(title, declarations, places));
        for (var key : keys) {
            var standard = key.standard().isEmpty() ? "none" : "`" + key.standard() + "`";
            page.append("| `%s` | %s | %s | %s | `%s` |\n"
                    .formatted(key.name(), key.type().name(), standard, key.meaning(), key.variable()));
        }
        return page.toString();
    }
}
