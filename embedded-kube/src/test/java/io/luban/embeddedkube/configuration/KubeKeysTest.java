package io.luban.embeddedkube.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.model.configuration.ConfigurationException;
import io.luban.model.configuration.ConfigurationFile;
import io.luban.model.configuration.ReferencePage;
import io.luban.model.configuration.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeKeysTest {
    @TempDir
    private Path folder;

    @Test
    void nothing_set_gives_the_declared_defaults() {
        var config = EmbeddedKubeConfig.of(folder, ConfigurationFile.read(KubeKeys.all(), Optional.empty(), Map.of()));

        assertThat(config).isEqualTo(EmbeddedKubeConfig.of(folder));
        assertThat(config.serving())
                .isEqualTo(new ServingSettings(
                        "127.0.0.1", 6443, Optional.empty(), List.of(), 3 * 1024 * 1024, List.of()));
        assertThat(config.network())
                .isEqualTo(new NetworkSettings("10.96.0.0/16", new PortRange(30_000, 32_767), Map.of()));
        assertThat(config.identity()).isEqualTo(new IdentitySettings(Optional.empty(), Optional.empty()));
        assertThat(config.api())
                .isEqualTo(new ApiSettings(
                        Duration.ofHours(1),
                        Expressions.AUTO,
                        ConversionFallback.AS_NONE,
                        UnreachableService.SKIP,
                        true));
        assertThat(config.simulation())
                .isEqualTo(new SimulationSettings(true, Duration.ofSeconds(1), 0, "10.244.0.0/16"));
        assertThat(config.store())
                .isEqualTo(new StoreSettings(
                        Fsync.GROUP, 64L * 1024 * 1024, 10_000, Duration.ofMinutes(5), Optional.empty()));
        assertThat(config.audit())
                .isEqualTo(new AuditSettings(Optional.empty(), AuditLevel.METADATA, 100L * 1024 * 1024));
    }

    @Test
    void every_key_reaches_its_place() throws IOException {
        var settings = read("""
                kube:
                  bindAddress: 0.0.0.0
                  securePort: 7443
                  externalAddress: kube.example.org:443
                  externalNames: [a.example.org, 192.0.2.1]
                  serviceCidr: 10.1.0.0/16
                  nodePortRange: 31000-31999
                  maxRequestBytes: 1Mi
                  eventTtl: 90m
                  cel: required
                  conversionFallback: error
                  workloadControllers: false
                  tokenFile: /etc/tokens.csv
                  frontProxyCa: /etc/front.pem
                  allowedOrigins: ["https://console.example.org"]
                  simulation: {enabled: false, delay: 50ms, nodes: 3, podCidr: 10.2.0.0/16}
                  webhooks: {unreachableService: strict}
                  serviceEndpoints:
                    api.demo.svc:443: https://127.0.0.1:9443
                  store:
                    fsync: always
                    segmentBytes: 16Mi
                    windowEvents: 500
                    windowTime: 30s
                    encryptionKeyFile: /etc/key
                  audit: {path: audit.log, level: RequestResponse, maxSize: 5M}
                """);

        assertThat(settings.unknown()).isEmpty();
        assertThat(settings.values()).hasSameSizeAs(KubeKeys.all());
        assertThat(new KubeSettings(settings).serving())
                .isEqualTo(new ServingSettings(
                        "0.0.0.0",
                        7443,
                        Optional.of(new ExternalAddress("kube.example.org", OptionalInt.of(443))),
                        List.of("a.example.org", "192.0.2.1"),
                        1024 * 1024,
                        List.of("https://console.example.org")));
        assertThat(new KubeSettings(settings).network())
                .isEqualTo(new NetworkSettings(
                        "10.1.0.0/16",
                        new PortRange(31_000, 31_999),
                        Map.of("api.demo.svc:443", "https://127.0.0.1:9443")));
        assertThat(new KubeSettings(settings).identity())
                .isEqualTo(new IdentitySettings(
                        Optional.of(Path.of("/etc/tokens.csv")), Optional.of(Path.of("/etc/front.pem"))));
        assertThat(new KubeSettings(settings).api())
                .isEqualTo(new ApiSettings(
                        Duration.ofMinutes(90),
                        Expressions.REQUIRED,
                        ConversionFallback.ERROR,
                        UnreachableService.STRICT,
                        false));
        assertThat(new KubeSettings(settings).simulation())
                .isEqualTo(new SimulationSettings(false, Duration.ofMillis(50), 3, "10.2.0.0/16"));
        assertThat(new KubeSettings(settings).store())
                .isEqualTo(new StoreSettings(
                        Fsync.ALWAYS,
                        16L * 1024 * 1024,
                        500,
                        Duration.ofSeconds(30),
                        Optional.of(Path.of("/etc/key"))));
        assertThat(new KubeSettings(settings).audit())
                .isEqualTo(
                        new AuditSettings(Optional.of(Path.of("audit.log")), AuditLevel.REQUEST_RESPONSE, 5_000_000));
    }

    @Test
    void all_problems_are_told_together() {
        assertThatThrownBy(() -> read("""
                        kube:
                          securePort: 70000
                          bindAdress: 0.0.0.0
                          eventTtl: soon
                          serviceCidr: 10.0.0.0/31
                          audit: {level: everything}
                          store: {fsync: sometimes}
                        """))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("config.yaml: 6 problems")
                .hasMessageContaining("kube.securePort: \"70000\" must be between 0 and 65535")
                .hasMessageContaining("kube.bindAdress: unknown key, the nearest is kube.bindAddress")
                .hasMessageContaining("kube.eventTtl: \"soon\" is not a duration")
                .hasMessageContaining("kube.serviceCidr: address range \"10.0.0.0/31\"")
                .hasMessageContaining("must be one of None, Metadata, Request, RequestResponse")
                .hasMessageContaining("kube.store.fsync: \"sometimes\" must be one of always, group, off");
    }

    @Test
    void an_unknown_key_alone_is_only_told() throws IOException {
        var settings = read("kube:\n  audit:\n    levle: None\n  stroe: {}\n");

        assertThat(settings.unknown())
                .containsExactly(
                        "kube.audit.levle: unknown key, the nearest is kube.audit.level",
                        "kube.stroe: unknown key, the nearest is kube.store");
    }

    @Test
    void a_file_that_is_not_yaml_names_the_line() {
        assertThatThrownBy(() -> read("kube:\n  securePort: [1\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("line");
    }

    @Test
    void the_environment_wins_over_the_file() throws IOException {
        var file = Files.writeString(folder.resolve("config.yaml"), "kube: {securePort: 1}\n");

        var settings = ConfigurationFile.read(
                KubeKeys.all(),
                Optional.of(file),
                Map.of(
                        "LUBAN_KUBE_SECURE_PORT", "2",
                        "LUBAN_KUBE_EXTERNAL_NAMES", "a, b",
                        "LUBAN_KUBE_SERVICE_ENDPOINTS", "a.b.svc:1=http://x"));

        assertThat(new KubeSettings(settings).serving().securePort()).isEqualTo(2);
        assertThat(new KubeSettings(settings).serving().externalNames()).containsExactly("a", "b");
        assertThat(new KubeSettings(settings).network().serviceEndpoints()).containsEntry("a.b.svc:1", "http://x");
    }

    @Test
    void the_reference_in_the_repository_lists_what_is_declared() throws IOException {
        var page = Path.of("..", "docs", "reference", "kube-configuration.md");
        if (Boolean.getBoolean("luban.reference.write")) {
            Files.writeString(page, reference());
        }

        assertThat(Files.readString(page))
                .as("run this test with -Dluban.reference.write=true to write the page anew")
                .isEqualTo(reference());
    }

    private static String reference() {
        return ReferencePage.text(
                "Settings of the embedded Kubernetes API",
                "KubeKeys",
                "`luban up` reads `config.yaml` in the data folder, or the file given with `--config`.",
                KubeKeys.all());
    }

    private Settings read(String yaml) throws IOException {
        var file = Files.writeString(folder.resolve("config.yaml"), yaml);
        return ConfigurationFile.read(KubeKeys.all(), Optional.of(file), Map.of());
    }
}
