package io.luban.embeddedkube.configuration;

/** The page of the documentation that lists every key; a test compares it with the one in the repository. */
final class ReferencePage {
    private ReferencePage() {}

    static String text() {
        var page = new StringBuilder("""
                # Settings of the embedded Kubernetes API

                Generated from the declarations in `KubeKeys`; change those, then run the test with
                `-Dluban.reference.write=true`.

                `luban up` reads `config.yaml` in the data folder, or the file given with `--config`. The dots of a name are
                levels of YAML: `kube.audit.level` is `level` within `audit` within `kube`. An environment variable wins over
                the file, an option of the command over both. Wrong values end the start with a list of all of them; unknown
                keys are named with the nearest known one.

                | Key | Value | Default | Meaning | Variable |
                |---|---|---|---|---|
                """);
        for (var key : KubeKeys.all()) {
            var standard = key.standard().isEmpty() ? "none" : "`" + key.standard() + "`";
            page.append("| `%s` | %s | %s | %s | `%s` |\n"
                    .formatted(key.name(), key.type().name(), standard, key.meaning(), key.variable()));
        }
        return page.toString();
    }
}
