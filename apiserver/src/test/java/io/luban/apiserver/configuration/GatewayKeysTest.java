package io.luban.apiserver.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.audit.AuditLevel;
import io.luban.apiserver.audit.AuditSettings;
import io.luban.apiserver.authorization.AuthorizationMode;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayKeysTest {
    @TempDir
    private Path folder;

    @Test
    void nothing_set_gives_the_declared_defaults() {
        assertThat(new GatewaySettings(Settings.defaults()).config()).isEqualTo(ApiServerConfig.defaults());
    }

    @Test
    void every_key_reaches_its_place() throws IOException {
        var settings = read("""
                gateway: {trustedProxies: [192.0.2.0/24], reverseProxyPrefixes: [/apps]}
                multicluster: {hostClusterName: main}
                authorization: {mode: AlwaysDeny}
                authentication:
                  authenticateRateLimiterMaxTries: 10
                  authenticateRateLimiterDuration: 10m0s
                  multipleLogin: true
                  issuer:
                    url: https://console.example.org
                    accessTokenMaxAge: 1h
                    accessTokenInactivityTimeout: 30m
                    maximumClockSkew: 5s
                auditing:
                  enable: true
                  auditLevel: Request
                  eventBatchSize: 7
                  eventBatchInterval: 1s
                  maxBodyBytes: 64Ki
                  includeSecrets: true
                  auditDenied: true
                  omitVerbs: [get]
                  omitPaths: [/healthz]
                  webhookOptions:
                    {webhookUrl: "https://collector.example.org/x", eventSendersNum: 3, format: array, insecureSkipVerify: false}
                  logOptions: {path: /var/log/audit.log, maxAge: 1, maxBackups: 2, maxSize: 3}
                """);

        assertThat(settings.unknown()).isEmpty();
        assertThat(settings.values()).hasSameSizeAs(GatewayKeys.all());
        var config = new GatewaySettings(settings).config();
        assertThat(config.proxy().trustedProxies()).containsExactly("192.0.2.0/24");
        assertThat(config.proxy().reverseProxyPrefixes()).containsExactly("/apps");
        assertThat(config.proxy().hostClusterName()).isEqualTo("main");
        assertThat(config.authorization()).isEqualTo(AuthorizationMode.ALWAYS_DENY);
        assertThat(config.login().maxTries()).isEqualTo(10);
        assertThat(config.login().window()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.login().multipleLogin()).isTrue();
        assertThat(config.tokens().issuer()).isEqualTo("https://console.example.org");
        assertThat(config.tokens().accessTokenMaxAge()).isEqualTo(Duration.ofHours(1));
        assertThat(config.tokens().inactivityTimeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(config.tokens().clockSkew()).isEqualTo(Duration.ofSeconds(5));
        var audit = config.audit();
        assertThat(audit.level()).isEqualTo(AuditLevel.REQUEST);
        assertThat(audit.batchSize()).isEqualTo(7);
        assertThat(audit.batchInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(audit.maxBodyBytes()).isEqualTo(64 * 1024);
        assertThat(audit.includeSecrets()).isTrue();
        assertThat(audit.auditDenied()).isTrue();
        assertThat(audit.omitVerbs()).isEqualTo(List.of("get"));
        assertThat(audit.omitPaths()).isEqualTo(List.of("/healthz"));
        var webhook = audit.webhook().orElseThrow();
        assertThat(webhook.url()).isEqualTo("https://collector.example.org/x");
        assertThat(webhook.senders()).isEqualTo(3);
        assertThat(webhook.format()).isEqualTo(AuditSettings.Format.ARRAY);
        assertThat(webhook.insecure()).isFalse();
        assertThat(audit.log())
                .contains(new AuditSettings.LogFile("/var/log/audit.log", 3 * 1024 * 1024, 2, Duration.ofDays(1)));
    }

    @Test
    void zero_means_the_default_in_auditing() throws IOException {
        var settings = read("""
                auditing: {enable: true, eventBatchSize: 0, eventBatchInterval: 0, logOptions: {path: a, maxSize: 0}}
                """);

        var audit = new GatewaySettings(settings).config().audit();
        assertThat(audit.batchSize()).isEqualTo(100);
        assertThat(audit.batchInterval()).isEqualTo(Duration.ofSeconds(3));
        assertThat(audit.log().orElseThrow().maxBytes()).isEqualTo(100L * 1024 * 1024);
    }

    @Test
    void wrong_values_are_told_together() {
        assertThatThrownBy(() -> read("""
                        authorization: {mode: Sometimes}
                        auditing: {auditLevel: All, webhookOptions: {webhookUrl: "ftp://x"}}
                        """))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("3 problems")
                .hasMessageContaining("must be one of RBAC, AlwaysAllow, AlwaysDeny")
                .hasMessageContaining("must be an http or https URL");
    }

    @Test
    void the_reference_in_the_repository_lists_what_is_declared() throws IOException {
        var page = Path.of("..", "docs", "reference", "gateway-configuration.md");
        var text = ReferencePage.text("Settings of the gateway", "GatewayKeys", GatewayKeys.all());
        if (Boolean.getBoolean("luban.reference.write")) {
            Files.writeString(page, text);
        }

        assertThat(Files.readString(page))
                .as("run this test with -Dluban.reference.write=true to write the page anew")
                .isEqualTo(text);
    }

    private Settings read(String yaml) throws IOException {
        var file = Files.writeString(folder.resolve("config.yaml"), yaml);
        return ConfigurationFile.read(GatewayKeys.all(), Optional.of(file), Map.of());
    }
}
