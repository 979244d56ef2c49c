package io.luban.apiserver.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.audit.AuditLevel;
import io.luban.apiserver.audit.AuditSettings;
import io.luban.apiserver.authentication.token.RedisSettings;
import io.luban.apiserver.authorization.AuthorizationMode;
import io.luban.apiserver.endpoint.ServiceRoute;
import io.luban.apiserver.kubeproxy.KubeOptions;
import io.luban.apiserver.tracing.TracingSettings;
import io.luban.model.configuration.ConfigurationException;
import io.luban.model.configuration.ConfigurationFile;
import io.luban.model.configuration.Key;
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
                Gateway:
                  reverseProxyPrefixes: [/apps]
                  kubernetesIdentity: impersonate
                  services: proxy
                  cors: {allowedOrigins: ["https://a.example.org"]}
                  drainTimeout: 5s
                  maxBodyBytes: 1Mi
                  shutdownDelay: 2s
                  tracing: {endpoint: "http://collector:4318", sampleRatio: 0.25}
                kubernetes: {kubeconfig: /tmp/k, master: "https://k.example.org:6443"}
                kubesphere: {tls: true}
                cache:
                  type: redis
                  options: {host: redis.example.org, port: 6380, username: luban, password: 0, db: 2, tls: true, caBundle: UEVN}
                experimental: {validationDirective: Warn}
                multicluster:
                  hostClusterName: main
                  clusterRole: member
                  clusterName: east
                  proxyPublishService: tower.ns.svc
                  proxyPublishAddress: "http://10.0.0.1:8080"
                  agentImage: a/b:c
                  clusterControllerResyncPeriod: 1m
                  chartPath: /charts/x.tgz
                authorization: {mode: AlwaysDeny}
                authentication:
                  TrustedProxies: [192.0.2.0/24]
                  authenticateratelimitermaxtries: 10
                  authenticateRateLimiterDuration: 10m0s
                  loginHistoryMaximumEntries: 50
                  multipleLogin: true
                  issuer:
                    host: https://console.example.org
                    jwtSecret: s3cr3t
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
                    {webhookUrl: "https://collector.example.org/x", eventSendersNum: 3, format: array, insecureSkipVerify: false, caBundle: UEVN}
                  events: {enable: true, perMinute: 7}
                  recentEvents: 9
                  logOptions: {path: /var/log/audit.log, maxAge: 1, maxBackups: 2, maxSize: 3}
                """);

        assertThat(settings.unknown()).isEmpty();
        assertThat(settings.values())
                .containsOnlyKeys(GatewayKeys.heeded().stream().map(Key::name).toList());
        var config = new GatewaySettings(settings).config();
        assertThat(config.proxy().trustedProxies()).containsExactly("192.0.2.0/24");
        assertThat(config.server().limits().drainTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.surface().allowedOrigins()).containsExactly("https://a.example.org");
        assertThat(config.surface().shutdownDelay()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.surface().tracing()).isEqualTo(new TracingSettings("http://collector:4318", 0.25));
        assertThat(config.tokens().secret()).isEqualTo("s3cr3t");
        assertThat(config.audit().clusterEvents()).contains(new AuditSettings.ClusterEvents(7));
        assertThat(config.audit().webhook().orElseThrow().caPem()).asString().isEqualTo("PEM");
        assertThat(config.proxy().reverseProxyPrefixes()).containsExactly("/apps");
        assertThat(config.proxy().hostClusterName()).isEqualTo("main");
        assertThat(config.surface().multicluster().resyncPeriod()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.surface().multicluster().texts())
                .containsOnly(
                        Map.entry("hostClusterName", "main"),
                        Map.entry("clusterRole", "member"),
                        Map.entry("clusterName", "east"),
                        Map.entry("proxyPublishService", "tower.ns.svc"),
                        Map.entry("proxyPublishAddress", "http://10.0.0.1:8080"),
                        Map.entry("agentImage", "a/b:c"),
                        Map.entry("chartPath", "/charts/x.tgz"));
        assertThat(config.proxy().maxBodyBytes()).isEqualTo(1024 * 1024);
        assertThat(config.proxy().isTlsInside()).isTrue();
        assertThat(config.proxy().services()).isEqualTo(ServiceRoute.PROXY);
        assertThat(config.proxy().kubernetes())
                .isEqualTo(new KubeOptions(KubeOptions.Identity.IMPERSONATE, KubeOptions.Validation.WARN));
        assertThat(config.authorization()).isEqualTo(AuthorizationMode.ALWAYS_DENY);
        assertThat(config.login().maxTries()).isEqualTo(10);
        assertThat(config.login().window()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.login().multipleLogin()).isTrue();
        assertThat(config.tokens().issuer()).isEqualTo("https://console.example.org");
        assertThat(config.tokens().accessTokenMaxAge()).isEqualTo(Duration.ofHours(1));
        assertThat(config.tokens().inactivityTimeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(config.tokens().clockSkew()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.tokens().redis())
                .contains(new RedisSettings(
                        "redis.example.org", 6380, "luban", "0", 2, new RedisSettings.Tls(true, "UEVN")));
        var audit = config.audit();
        assertThat(audit.level()).isEqualTo(AuditLevel.REQUEST);
        assertThat(audit.recent()).isEqualTo(9);
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
    void a_file_of_the_original_is_taken_whole() throws IOException {
        var settings = read("""
                kubernetes: {kubeconfig: "", master: "", qps: 1e+06, burst: 1000000}
                cache: {type: redis, options: {host: redis, port: 6379, password: x, db: 0}}
                authentication: {loginHistoryRetentionPeriod: 168h, loginHistoryMaximumEntries: 100}
                multicluster: {clusterRole: host, agentImage: a:b}
                auditing: {auditLevel: ""}
                terminal: {uploadFileLimit: 100Mi, node: {timeout: 600}}
                helmExecutor:
                  resources: {limits: {cpu: 500m}}
                  affinity: {nodeAffinity: {a: [1]}}
                composedApp: {appSelector: "a in (b,c)"}
                experimental: {validationDirective: Strict}
                """);

        assertThat(settings.unknown()).isEmpty();
    }

    @Test
    void redis_needs_a_host_and_a_port_and_without_it_they_change_nothing() throws IOException {
        var missing = read("cache: {type: Redis, options: {port: 0}}");
        assertThat(new GatewaySettings(missing).problems())
                .containsExactly(
                        "cache.options.host: must be set when cache.type is redis",
                        "cache.options.port: must be a port other than 0 when cache.type is redis");

        var complete = read("cache: {type: redis, options: {host: a, port: 6379, password: hidden}}");
        assertThat(new GatewaySettings(complete).problems()).isEmpty();
        assertThat(GatewayKeys.unread(complete)).isEmpty();
        assertThat(new GatewaySettings(complete).config().tokens().redis().orElseThrow())
                .hasToString("Redis at a:6379");

        var idle = read("cache: {type: InMemoryCache, options: {host: a, cleanupPeriod: 3h}}");
        assertThat(new GatewaySettings(idle).config().tokens().redis()).isEmpty();
        assertThat(GatewayKeys.unread(idle))
                .containsExactly(
                        "cache.options.host: is set, but read only when cache.type is redis",
                        "cache.options.cleanupPeriod: is set, but no part of this build reads it");

        assertThatThrownBy(() -> read("cache: {type: disk, options: {port: 70000, db: -1, tls: 1, caBundle: '*'}}"))
                .hasMessageContaining("cache.type: \"disk\" must be one of InMemoryCache, redis")
                .hasMessageContaining("cache.options.port: \"70000\"")
                .hasMessageContaining("cache.options.db: \"-1\"")
                .hasMessageContaining("cache.options.tls: \"1\"");
    }

    @Test
    void the_environment_wins_over_the_file_and_an_option_over_both() throws IOException {
        var file = Files.writeString(folder.resolve("kubesphere.toml"), """
                # written by hand
                [authentication]
                multipleLogin = true
                authenticateRateLimiterMaxTries = 1_000
                [auditing]
                omitVerbs = ["get", 'list']
                logOptions = { path = "/a", maxAge = 3 }
                """);
        var environment = Map.of(
                "KUBESPHERE_AUTHENTICATION_AUTHENTICATERATELIMITERMAXTRIES", "7",
                "KUBESPHERE_AUTHENTICATION_ISSUER_ACCESSTOKENMAXAGE", "1h");
        var option =
                new ConfigurationFile.GivenOption(GatewayKeys.ACCESS_TOKEN_MAX_AGE, "--access-token-max-age", "3h");

        var settings = ConfigurationFile.read(GatewayKeys.all(), Optional.of(file), environment, List.of(option));

        assertThat(settings.value(GatewayKeys.MULTIPLE_LOGIN)).isTrue();
        assertThat(settings.value(GatewayKeys.MAX_TRIES)).isEqualTo(7);
        assertThat(settings.value(GatewayKeys.ACCESS_TOKEN_MAX_AGE)).isEqualTo(Duration.ofHours(3));
        assertThat(settings.value(GatewayKeys.OMIT_VERBS)).containsExactly("get", "list");
        assertThat(settings.value(GatewayKeys.LOG_MAX_AGE)).isEqualTo(3);
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
                        auditing: {auditLevel: All, webhookOptions: {webhookUrl: "ftp://x"}, logOptions: true}
                        multicluster: {hostClusterName: -host-}
                        experimental: [Strict]
                        """))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("6 problems")
                .hasMessageContaining("multicluster.hostClusterName: \"-host-\" name part must consist")
                .hasMessageContaining("auditing.logOptions: must be a section with settings in it, not a value")
                .hasMessageContaining("experimental: must be a section with settings in it, not a value")
                .hasMessageContaining("must be one of RBAC, AlwaysAllow, AlwaysDeny")
                .hasMessageContaining("must be an http or https URL");
    }

    @Test
    void the_reference_in_the_repository_lists_what_is_declared() throws IOException {
        var page = Path.of("..", "docs", "reference", "gateway-configuration.md");
        var text = ReferencePage.text(
                "Settings of the gateway",
                "GatewayKeys",
                "`luban ks-apiserver` reads `/etc/kubesphere/kubesphere.yaml`, else `kubesphere.yaml` in the working folder"
                        + " (or `.yml`, `.json`, `.toml`); `luban up` reads `config.yaml` in the data folder, or the file"
                        + " given with `--config`.",
                GatewayKeys.all());
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
