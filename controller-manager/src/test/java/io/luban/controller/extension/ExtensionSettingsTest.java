package io.luban.controller.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.configuration.ConfigurationException;
import io.luban.model.configuration.ConfigurationFile;
import io.luban.model.configuration.ControllerKeys;
import io.luban.model.configuration.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtensionSettingsTest {
    @TempDir
    private Path folder;

    @Test
    void every_key_reaches_its_place() throws IOException {
        var settings = read("""
                helmExecutor: {timeout: 90s, historyMax: 7, wait: "false"}
                extension:
                  imageRegistry: registry.example.org
                  nodeSelector: {zone: "true"}
                  ingress: {ingressClassName: nginx, domainSuffix: apps.example.org, httpPort: 8080}
                  dependencyPolicy: Warn
                  broadPermissions: Approve
                """);

        assertThat(settings.unknown()).isEmpty();
        var extensions = ExtensionSettings.of(settings, true).on("main", "v4.2.0", "https://console.example.org");
        assertThat(extensions)
                .isEqualTo(new ExtensionSettings(
                        "main",
                        "v4.2.0",
                        "https://console.example.org",
                        "registry.example.org",
                        Map.of("zone", "true"),
                        Optional.of(new ExtensionSettings.Ingress("nginx", "apps.example.org", 8080, 0)),
                        new ExtensionSettings.Helm(Duration.ofSeconds(90), 7, false),
                        new ExtensionSettings.Rules(ExtensionSettings.DependencyPolicy.WARN, true)));
    }

    @Test
    void waiting_is_for_clusters_in_which_something_becomes_ready_and_ingresses_need_a_domain() {
        assertThat(ExtensionSettings.of(Settings.defaults(), true).helm().waits())
                .isTrue();
        assertThat(ExtensionSettings.of(Settings.defaults(), false).helm().waits())
                .isFalse();
        assertThat(ExtensionSettings.of(Settings.defaults(), false).ingress()).isEmpty();
    }

    @Test
    void words_that_mean_nothing_are_refused() {
        assertThatThrownBy(() -> read("{helmExecutor: {timeout: 0s}, extension: {dependencyPolicy: Sometimes}}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("must be one of Enforce, Warn, Ignore")
                .hasMessageContaining("helmExecutor.timeout");
    }

    private Settings read(String yaml) throws IOException {
        var file = Files.writeString(folder.resolve("config.yaml"), yaml);
        return ConfigurationFile.read(ControllerKeys.all(), Optional.of(file), Map.of());
    }
}
