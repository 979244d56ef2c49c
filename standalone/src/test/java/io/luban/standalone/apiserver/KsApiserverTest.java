package io.luban.standalone.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.apiserver.endpoint.ServiceRoute;
import io.luban.model.Json;
import io.luban.model.configuration.ConfigurationException;
import io.luban.standalone.process.CommandLineFlags;
import io.luban.standalone.process.Kubeconfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said to the command: read as Go's programs read it, and refused all together. */
class KsApiserverTest {
    @TempDir
    private Path folder;

    @Test
    void flags_are_read_as_the_original_reads_them() {
        var flags = CommandLineFlags.read(
                GatewayFlags.ALL,
                List.of(
                        "--insecure_port=1",
                        "--bind-address",
                        "127.0.0.1",
                        "--multiple-login",
                        "-v",
                        "4",
                        "--insecure-port=2"));

        assertThat(flags.problems()).isEmpty();
        assertThat(flags.value("insecure-port")).isEqualTo("2");
        assertThat(flags.value("bind-address")).isEqualTo("127.0.0.1");
        assertThat(flags.value("v")).isEqualTo("4");
        assertThat(CommandLineFlags.read(GatewayFlags.ALL, List.of("-v6")).value("v"))
                .isEqualTo("6");
        assertThat(flags.value("secure-port")).isEqualTo("0");
        assertThat(flags.options()).singleElement().satisfies(option -> {
            assertThat(option.key().name()).isEqualTo("authentication.multipleLogin");
            assertThat(option.value()).isEqualTo("true");
        });
    }

    @Test
    void every_flag_that_sets_a_key_names_one_that_exists() {
        assertThat(GatewayFlags.ALL)
                .filteredOn(flag -> !flag.key().isEmpty())
                .hasSizeGreaterThan(20)
                .allSatisfy(flag -> assertThat(flag.declared()).as(flag.name()).isPresent());
    }

    @Test
    void everything_that_is_wrong_is_told_at_once() throws IOException {
        var file = Files.writeString(folder.resolve("kubesphere.json"), "{\"auditing\": {\"enable\": \"perhaps\"}}");

        assertThatThrownBy(() -> run(
                        Map.of("KUBESPHERE_CACHE_TYPE", "disk"),
                        "--config=" + file,
                        "--secure-port=8443",
                        "--insecure-port=99999",
                        "--authorization=Never",
                        "--unheard-of",
                        "stray"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("unknown flag: --unheard-of")
                .hasMessageContaining("unknown argument: stray")
                .hasMessageContaining("--insecure-port: \"99999\" must be a port")
                .hasMessageContaining("--tls-cert-file")
                .hasMessageContaining("--tls-private-key")
                .hasMessageContaining("--authorization: \"Never\" must be one of")
                .hasMessageContaining("auditing.enable: \"perhaps\" must be true or false")
                .hasMessageContaining("KUBESPHERE_CACHE_TYPE: \"disk\" must be one of InMemoryCache, redis");
    }

    @Test
    void ports_files_and_limits_are_checked_before_anything_starts() {
        assertThatThrownBy(() -> run(
                        Map.of(),
                        "--insecure-port=0",
                        "--kubeconfig=" + folder.resolve("absent"),
                        "--authenticate-rate-limiter-max-retries=101"))
                .hasMessageContaining("3 problems")
                .hasMessageContaining("both 0")
                .hasMessageContaining("absent\" cannot be read")
                .hasMessageContaining("loginHistoryMaximumEntries");
    }

    @Test
    void redis_without_an_address_is_refused_before_anything_starts() {
        assertThatThrownBy(() -> run(
                        Map.of("KUBESPHERE_CACHE_TYPE", "redis", "KUBESPHERE_CACHE_OPTIONS_PASSWORD", "hidden"),
                        "--insecure-port=9090"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("cache.options.host: must be set when cache.type is redis")
                .hasMessageContaining("cache.options.port: must be a port other than 0 when cache.type is redis")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void the_version_is_told_as_json() throws InterruptedException {
        assertThat(Json.parse(run(Map.of(), "version")).path("gitVersion").asText())
                .matches("v4\\.\\d+.*");
    }

    @Test
    void within_a_pod_the_service_account_is_used() throws IOException {
        Files.writeString(folder.resolve("token"), "t0ken\n");
        var found = new Kubeconfig(Map.of("KUBERNETES_SERVICE_HOST", "fd00::1"), folder, folder);

        var config = Json.parse(found.text(io.luban.model.configuration.Settings.defaults()));

        assertThat(config.at("/clusters/0/cluster/server").asText()).isEqualTo("https://[fd00::1]:443");
        assertThat(config.at("/users/0/user/token").asText()).isEqualTo("t0ken");
        assertThatThrownBy(() ->
                        new Kubeconfig(Map.of(), folder, folder).text(io.luban.model.configuration.Settings.defaults()))
                .hasMessageContaining("no Kubernetes cluster");
    }

    @Test
    void in_a_pod_whose_names_mean_something_services_are_reached_by_name() {
        var pod = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        assertThat(new ClusterNames(pod, "kubernetes.default.svc"::equals).route(ServiceRoute.AUTO))
                .isEqualTo(ServiceRoute.DNS);
        assertThat(new ClusterNames(pod, name -> false).route(ServiceRoute.AUTO))
                .isEqualTo(ServiceRoute.AUTO);
        assertThat(new ClusterNames(pod, name -> true).route(ServiceRoute.API)).isEqualTo(ServiceRoute.API);
        assertThat(new ClusterNames(Map.of(), name -> true).route(ServiceRoute.AUTO))
                .isEqualTo(ServiceRoute.AUTO);
    }

    @Test
    void h_shows_every_flag_with_its_default() throws InterruptedException {
        assertThat(run(Map.of(), "-h"))
                .contains("Usage: luban ks-apiserver")
                .contains(GatewayFlags.ALL.stream()
                        .map(flag -> "--" + flag.name())
                        .toList())
                .contains("--insecure-port", "(default 9090)");
    }

    private static String run(Map<String, String> environment, String... arguments) throws InterruptedException {
        var out = new StringWriter();
        new KsApiserver(environment, Clock.systemUTC())
                .run(new ArrayList<>(List.of(arguments)), new PrintWriter(out, true));
        return out.toString();
    }
}
