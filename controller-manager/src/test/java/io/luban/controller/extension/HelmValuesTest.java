package io.luban.controller.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.extensionformat.Dependency;
import io.luban.kube.KubeClients;
import io.luban.model.Yaml;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelmValuesTest {
    private static final ExtensionSettings SETTINGS = ExtensionSettings.defaults();

    @Test
    void the_platform_has_the_last_word_over_the_configuration() {
        var values = values("tags: {extension: false}\nglobal: {extension: {ingress: nonsense}, own: 1}\n", List.of());

        assertThat(values.at("/tags/extension").asBoolean()).isTrue();
        assertThat(values.at("/tags/agent").asBoolean(true)).isFalse();
        assertThat(values.at("/global/own").asInt()).isEqualTo(1);
        assertThat(values.at("/global/extension/ingress/domainSuffix").asText()).isEqualTo("127.0.0.1.nip.io");
        assertThat(values.at("/global/extension/ingress/httpPort").isInt()).isTrue();
        assertThat(values.at("/global/clusterInfo/role").asText()).isEqualTo("host");
    }

    @Test
    void conditions_of_agents_are_switched_off_because_they_outweigh_tags() {
        var agent = new Dependency("agent", "", "agent.enabled, other.path.enabled", List.of("agent"));
        var shared = new Dependency("shared", "", "shared.enabled", List.of("agent", "extension"));
        var own = new Dependency("web", "", "web.enabled", List.of("extension"));

        var values = values("agent: {enabled: true}\nshared: {enabled: true}\n", List.of(agent, shared, own));

        assertThat(values.at("/agent/enabled").asBoolean(true)).isFalse();
        assertThat(values.at("/other/path/enabled").asBoolean(true)).isFalse();
        assertThat(values.at("/shared/enabled").asBoolean(false)).isTrue();
        assertThat(values.has("web")).isFalse();
    }

    @Test
    void node_selectors_stay_text_and_dots_stay_in_keys() {
        var settings = new ExtensionSettings(
                "host",
                "v4.1.3",
                "https://console",
                "registry.local",
                Map.of("example.com/fast", "true"),
                Optional.empty(),
                new ExtensionSettings.Helm(Duration.ofMinutes(1), 2, true),
                new ExtensionSettings.Rules(ExtensionSettings.DependencyPolicy.ENFORCE, false));

        var values = Yaml.parse(HelmValues.forHost("", List.of(), settings));

        assertThat(values.at("/global/nodeSelector/example.com~1fast").isTextual())
                .isTrue();
        assertThat(values.at("/global/imageRegistry").asText()).isEqualTo("registry.local");
        assertThat(values.at("/global/portal/url").asText()).isEqualTo("https://console");
        assertThat(values.at("/global/extension").isMissingNode()).isTrue();
    }

    @Test
    void an_agent_gets_its_own_parts_and_is_told_where_it_is() {
        var web = new Dependency("web", "", "web.enabled", List.of("extension"));
        var both = new Dependency("both", "", "both.enabled", List.of("extension", "agent"));
        var agent = new Dependency("agent", "", "agent.enabled", List.of("agent"));
        JsonNode values;
        try (var client = KubeClients.forServer("http://127.0.0.1:1")) {
            values = Yaml.parse(HelmValues.forAgent(
                    "web: {enabled: true}\nboth: {enabled: true}\nagent: {enabled: true}\n",
                    List.of(web, both, agent),
                    SETTINGS,
                    Site.member("east", client, () -> true)));
        }

        assertThat(values.at("/tags/agent").asBoolean(false)).isTrue();
        assertThat(values.at("/tags/extension").asBoolean(true)).isFalse();
        assertThat(values.at("/web/enabled").asBoolean(true)).isFalse();
        assertThat(values.at("/both/enabled").asBoolean(false)).isTrue();
        assertThat(values.at("/agent/enabled").asBoolean(false)).isTrue();
        assertThat(values.at("/global/clusterInfo/name").asText()).isEqualTo("east");
        assertThat(values.at("/global/clusterInfo/role").asText()).isEqualTo("member");
        assertThat(values.at("/global/portal").isMissingNode()).isTrue();
    }

    @Test
    void what_a_cluster_overrides_is_merged_map_by_map() {
        var merged = Yaml.parse(HelmValues.merged(
                "a: {b: 1, c: [1, 2], d: {e: 1}}\nkept: yes\n", "a: {c: [3], d: text}\nnew: {x: 1}\n"));

        assertThat(merged.at("/a/b").asInt()).isEqualTo(1);
        assertThat(merged.at("/a/c")).hasSize(1);
        assertThat(merged.at("/a/d").asText()).isEqualTo("text");
        assertThat(merged.at("/kept").asText()).isNotEmpty();
        assertThat(merged.at("/new/x").asInt()).isEqualTo(1);
        assertThat(HelmValues.merged("a: 1", " \n")).isEqualTo("a: 1");
        assertThat(HelmValues.merged("", "b: 2")).isEqualTo("b: 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n", "just text", "a: 1\na: 2\n", "a: [1\n"})
    void a_configuration_that_is_no_map_is_refused(String config) {
        assertThatThrownBy(() -> HelmValues.forHost(config, List.of(), SETTINGS))
                .isInstanceOf(PreparationException.class)
                .hasMessageContaining("spec.config");
    }

    private static JsonNode values(String config, List<Dependency> dependencies) {
        return Yaml.parse(HelmValues.forHost(config, dependencies, SETTINGS));
    }
}
