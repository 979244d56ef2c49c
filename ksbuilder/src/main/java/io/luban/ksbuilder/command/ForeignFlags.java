package io.luban.ksbuilder.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * Flags of {@code helm template} that need a cluster or a chart repository, neither of which there is. Those that change
 * nothing for a chart in a folder are taken and passed over, as Helm does.
 */
final class ForeignFlags {
    @Option(names = "--validate", hidden = true)
    private boolean validates;

    @Option(
            names = {"-a", "--api-versions"},
            hidden = true)
    private List<String> apiVersions = new ArrayList<>();

    @Option(names = "--verify", hidden = true)
    private boolean verifies;

    @Option(names = "--repo", hidden = true)
    private String repository = "";

    @Option(
            names = {
                "--devel",
                "--insecure-skip-tls-verify",
                "--pass-credentials",
                "--plain-http",
                "--atomic",
                "--create-namespace",
                "--dependency-update",
                "--disable-openapi-validation",
                "--force",
                "--replace",
                "--wait",
                "--wait-for-jobs",
                "--debug"
            },
            hidden = true)
    void passOver(boolean ignored) {}

    @Option(
            names = {
                "--version",
                "--username",
                "--password",
                "--cert-file",
                "--key-file",
                "--ca-file",
                "--keyring",
                "--timeout",
                "--description"
            },
            hidden = true)
    void passOver(String ignored) {}

    void requireNone() {
        if (validates) {
            throw new CommandException("--validate is not supported: nothing is rendered against a cluster");
        }
        if (!apiVersions.isEmpty()) {
            throw new CommandException("--api-versions is not supported: charts see the APIs of Kubernetes itself");
        }
        if (verifies || !repository.isEmpty()) {
            throw new CommandException("--verify and --repo are not supported: the extension is read from its path");
        }
    }
}
