package io.luban.model.configuration;

import java.util.List;

/** A page of the documentation that lists keys; tests compare it with the one in the repository. */
public final class ReferencePage {
    private ReferencePage() {}

    /**
     * The page.
     *
     * @param declarations name of the class that declares the keys
     */
    public static String text(String title, String declarations, List<Key<?>> keys) {
        var page = new StringBuilder("""
                # %s

                Generated from the declarations in `%s`; change those, then run the test with
                `-Dluban.reference.write=true`.

                `luban up` reads `config.yaml` in the data folder, or the file given with `--config`. The dots of a name are
                levels of YAML: `kube.audit.level` is `level` within `audit` within `kube`. An environment variable wins over
                the file, an option of the command over both. Wrong values end the start with a list of all of them; unknown
                keys are named with the nearest known one.

                | Key | Value | Default | Meaning | Variable |
                |---|---|---|---|---|
                """.formatted(title, declarations));
        for (var key : keys) {
            var standard = key.standard().isEmpty() ? "none" : "`" + key.standard() + "`";
            page.append("| `%s` | %s | %s | %s | `%s` |\n"
                    .formatted(key.name(), key.type().name(), standard, key.meaning(), key.variable()));
        }
        return page.toString();
    }
}
