package io.luban.controller.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Yaml;
import io.luban.model.configuration.ControllerKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RulesTest {
    private static final Set<String> RESERVED = Set.copyOf(ControllerKeys.RESERVED_GROUPS.defaultValue());

    private final Map<String, List<ObjectNode>> all = new HashMap<>();
    private final Map<String, ObjectNode> found = new HashMap<>();
    private final Others others = new Others() {
        @Override
        public List<ObjectNode> all(String plural) {
            return all.getOrDefault(plural, List.of());
        }

        @Override
        public Optional<ObjectNode> find(String plural, String name) {
            return Optional.ofNullable(found.get(plural + "/" + name));
        }
    };

    @Test
    void blanks_at_line_ends_of_configurations_are_dropped() {
        var plan = plan("hello", "hello", "a: 1  \\nb: |\\n  text\\t\\n");
        plan.withObject("/spec/clusterScheduling/overrides").put("c1", "x: y \t");

        new InstallPlanRule().complete(fresh(plan));

        assertThat(plan.at("/spec/config").asText()).isEqualTo("a: 1\nb: |\n  text\n");
        assertThat(plan.at("/spec/clusterScheduling/overrides/c1").asText()).isEqualTo("x: y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: [1           | failed to unmarshal extension config: yaml: line",
                "- a             | failed to unmarshal extension config: a mapping is expected, found array",
                "a: 1\\nb: 2\\na: 3 | failed to unmarshal extension config: yaml: line 3, column 1: key \"a\" already set in map",
            })
    void a_configuration_that_helm_cannot_read_is_refused(String config, String reason) {
        assertThatThrownBy(() -> new InstallPlanRule().check(fresh(plan("hello", "hello", config))))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith(reason);
    }

    @Test
    void configurations_beyond_the_limits_are_refused() {
        var aliases = new StringBuilder("a: &a {}\nb:\n");
        for (int i = 0; i < 51; i++) {
            aliases.append("- *a\n");
        }
        assertRefused(new InstallPlanRule(), planOf(aliases.toString()), "more than 50 aliases");
        assertRefused(
                new InstallPlanRule(), planOf("a: " + "[".repeat(101) + "]".repeat(101)), "nested deeper than 100");
        assertRefused(new InstallPlanRule(), planOf("a: " + "x".repeat(1024 * 1024)), "longer than 1048576");
    }

    @Test
    void an_override_is_judged_like_the_configuration_and_named_by_its_cluster() {
        var plan = plan("hello", "hello", "");
        plan.withObject("/spec/clusterScheduling/placement");
        plan.withObject("/spec/clusterScheduling/overrides").put("c1", "a: b: c");

        assertRefused(new InstallPlanRule(), plan, "failed to unmarshal cluster c1 agent config: yaml: line 1");
    }

    @Test
    void a_plan_is_called_like_its_extension_for_ever() {
        assertRefused(
                new InstallPlanRule(), plan("hallo", "hello", ""), "must be the name of the extension, \"hello\"");
        var review = new Review(plan("hello", "other", ""), Optional.of(plan("hello", "hello", "")));
        assertThatThrownBy(() -> new InstallPlanRule().check(review)).hasMessageContaining("field is immutable");
    }

    @Test
    void scheduling_needs_a_placement_and_its_selector_has_to_be_one() {
        var plan = plan("hello", "hello", "");
        plan.withObject("/spec/clusterScheduling").putObject("overrides");
        assertRefused(new InstallPlanRule(), plan, "spec.clusterScheduling.placement: Required value");

        plan.withObject("/spec/clusterScheduling/placement/clusterSelector")
                .putArray("matchExpressions")
                .addObject()
                .put("key", "a")
                .put("operator", "Near");
        assertRefused(new InstallPlanRule(), plan, "clusterSelector: Invalid value");
    }

    @Test
    void what_is_stored_already_can_get_another_status() {
        var stored = plan("hallo", "hello", "a: [");
        assertThatCode(() -> new InstallPlanRule().check(new Review(stored.deepCopy(), Optional.of(stored))))
                .doesNotThrowAnyException();
    }

    @Test
    void a_bundle_gets_the_place_and_the_state_that_it_does_not_tell() {
        var labelled = object("kind: JSBundle\nmetadata: {name: b, labels: {kubesphere.io/extension-ref: hello}}");
        new JsBundleRule(others).complete(fresh(labelled));
        assertThat(labelled.path("status")).isEqualTo(object("{state: Available, link: /dist/hello/index.js}"));

        var own = object("kind: JSBundle\nmetadata: {name: b}\nspec: {filenameOverride: main.js}");
        new JsBundleRule(others).complete(fresh(own));
        assertThat(own.at("/status/link").asText()).isEqualTo("/dist/b/main.js");
    }

    @Test
    void what_belongs_to_a_disabled_extension_is_admitted_as_disabled() {
        found.put("installplans/hello", object("spec: {enabled: false}"));
        for (var rule :
                List.of(new JsBundleRule(others), new ApiServiceRule(others, RESERVED), new ReverseProxyRule(others))) {
            var object = object("""
                    metadata: {name: b, labels: {kubesphere.io/extension-ref: hello}}
                    status: {state: Available}
                    """);
            rule.complete(fresh(object));
            assertThat(object.at("/status/state").asText()).isEqualTo("Disabled");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "hello | /dist/hello/index.js          | null",
                "hello | /dist/hello-frontend/index.js | null",
                "hello | /dist/other/index.js          | must begin with /dist/hello",
                "hello | /dist/hello/../other/index.js | must not contain ..",
                "''    | /dist/anything/index.js       | null",
                "''    | /other/index.js               | must begin with /dist/",
            })
    void bundles_are_served_below_the_folder_of_their_extension(String extension, String link, String problem) {
        var bundle = object("metadata: {name: b, labels: {kubesphere.io/extension-ref: '%s'}}\nstatus: {link: %s}"
                .formatted(extension, link));
        if (problem == null) {
            assertThat(new JsBundleRule(others).check(fresh(bundle))).isEmpty();
        } else {
            assertRefused(new JsBundleRule(others), bundle, problem);
        }
    }

    @Test
    void no_two_bundles_share_an_address() {
        all.put("jsbundles", List.of(object("""
                        metadata: {name: a}
                        spec: {assets: {files: [{link: /dist/x/logo.svg}]}}
                        status: {link: /dist/x/index.js}
                        """)));
        var same = object("metadata: {name: b}\nstatus: {link: /dist/x/index.js}");
        assertRefused(new JsBundleRule(others), same, "already used by JSBundle \"a\"");
        var file = object("metadata: {name: b}\nspec: {assets: {style: {link: /dist/x/logo.svg}}}");
        assertRefused(new JsBundleRule(others), file, "spec.assets.style.link");
        var itself = object("metadata: {name: a}\nstatus: {link: /dist/x/index.js}");
        assertThat(new JsBundleRule(others).check(fresh(itself))).isEmpty();
    }

    @Test
    void an_api_is_served_by_one_extension() {
        all.put("apiservices", List.of(object("metadata: {name: a}\nspec: {group: g.io, version: v1}")));
        assertRefused(
                new ApiServiceRule(others, RESERVED),
                object("metadata: {name: b}\nspec: {group: g.io, version: v1}"),
                "APIService g.io/v1 is already exists");
        assertThat(new ApiServiceRule(others, RESERVED)
                        .check(fresh(object("metadata: {name: b}\nspec: {group: g.io, version: v2}"))))
                .isEmpty();
    }

    @Test
    void groups_of_the_platform_are_replaced_on_purpose_only() {
        var service = object("metadata: {name: b}\nspec: {group: iam.kubesphere.io, version: v9}");
        assertRefused(new ApiServiceRule(others, RESERVED), service, "iam.kubesphere.io");
        service.withObject("/metadata").withObject("/annotations").put("kubesphere.io/allow-override", "true");
        assertThat(new ApiServiceRule(others, RESERVED).check(fresh(service))).isEmpty();

        var own = object("metadata: {name: b}\nspec: {group: shop.io, version: v1}");
        assertThat(new ApiServiceRule(others, RESERVED).check(fresh(own))).isEmpty();
        assertRefused(new ApiServiceRule(others, Set.of("shop.io")), own, "shop.io");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/kapis/x/*", "/dist/x", "/oauth/token", "/apis/*", "/healthz"})
    void paths_of_the_gateway_belong_to_it(String path) {
        assertRefused(
                new ApiServiceRule(others, RESERVED),
                object("metadata: {name: b}\nspec: {nonResourceURLs: ['%s']}".formatted(path)),
                "reserved path");
        assertRefused(
                new ReverseProxyRule(others),
                object("metadata: {name: b}\nspec: {matcher: {path: '%s'}}".formatted(path)),
                "reserved path");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /proxy/a/*, true",
        "GET, /proxy/a/b, true",
        "GET, /proxy/*, false",
        "POST, /proxy/a/b, false",
        "'*', /proxy/a/b, false",
        "PUT, /proxy/all, true",
    })
    void a_request_belongs_to_one_proxy(String method, String path, boolean refused) {
        all.put("reverseproxies", List.of(object("""
                metadata: {name: a}
                spec: {matcher: [{method: get, path: /proxy/a/*}, {method: '*', path: /proxy/all}]}
                """)));
        var proxy = object("metadata: {name: b}\nspec: {matcher: {method: '%s', path: '%s'}}".formatted(method, path));
        if (refused) {
            assertRefused(new ReverseProxyRule(others), proxy, "is already exists");
        } else {
            assertThat(new ReverseProxyRule(others).check(fresh(proxy))).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ftp://x                | scheme must be http or https",
                "http:///path           | host is required",
                "https://me:secret@x/   | user information is not allowed",
                "http://a b             | not a URL",
            })
    void an_endpoint_is_an_address_on_the_web(String url, String problem) {
        assertRefused(
                new ReverseProxyRule(others),
                object("metadata: {name: b}\nspec: {upstream: {url: '%s'}}".formatted(url)),
                problem);
        assertRefused(
                new JsBundleRule(others),
                object("metadata: {name: b}\nspec: {rawFrom: {url: '%s'}}".formatted(url)),
                problem);
        assertRefused(
                new ReverseProxyRule(others),
                object("metadata: {name: b}\nspec: {upstream: {url: '', backend: '%s'}}".formatted(url)),
                problem);
    }

    @Test
    void two_endpoints_in_one_are_warned_of() {
        assertThat(new ApiServiceRule(others, RESERVED).check(fresh(object("""
                                metadata: {name: b}
                                spec: {group: g, version: v1, url: 'http://x', service: {name: s, namespace: n}}
                                """))))
                .containsExactly("spec: url and service are both set, url is used");
    }

    @Test
    void entries_have_names_of_their_own() {
        all.put("extensionentries", List.of(object("metadata: {name: a}\nspec: {entries: [{name: x, link: /x}]}")));
        var rule = new ExtensionEntryRule(others);
        assertRefused(rule, object("metadata: {name: b}\nspec: {entries: [{link: /two}]}"), "name: Required value");
        assertRefused(rule, object("metadata: {name: b}\nspec: {entries: [{name: 3}]}"), "must be a string");
        assertRefused(
                rule, object("metadata: {name: b}\nspec: {entries: [{name: one}, {name: one}]}"), "Duplicate value");
        assertRefused(
                rule, object("metadata: {name: b}\nspec: {entries: [{name: x}]}"), "used by ExtensionEntry \"a\"");
        assertRefused(
                rule, object("metadata: {name: b}\nspec: {entries: [{name: one, link: /x}]}"), "entry link \"/x\"");
        assertThat(rule.check(fresh(object("metadata: {name: b}\nspec: {entries: [{name: one}, {name: two}]}"))))
                .isEmpty();
    }

    @Test
    void early_versions_take_the_form_of_today_and_keep_their_names() {
        found.put("repositories/main", object("spec: {url: 'https://charts.example.org/base'}"));
        var version = object("""
                kind: ExtensionVersion
                metadata: {name: devops-v0.10.1, labels: {kubesphere.io/extension: devops, extensions.kubesphere.io/category: tools}}
                spec:
                  displayName: DevOps
                  description: {en: kept}
                  maintainers: [{name: Ann, email: ann@example.org, role: lead}]
                  repo: main
                  sources: https://git.example.org
                  minKubeVersion: 1.17.0
                  urls: ['', devops-0.10.0.tgz]
                """);

        new EarlyForms(others).complete(fresh(version));

        assertThat(version).isEqualTo(object("""
                kind: ExtensionVersion
                metadata:
                  name: devops-v0.10.1
                  labels:
                    kubesphere.io/extension: devops
                    kubesphere.io/extension-ref: devops
                    extensions.kubesphere.io/category: tools
                    kubesphere.io/category: tools
                spec:
                  displayName: {en: DevOps}
                  description: {en: kept}
                  maintainers: [{name: Ann, email: ann@example.org, role: lead}]
                  provider: {en: {name: Ann, email: ann@example.org}}
                  repo: main
                  repository: main
                  sources: [https://git.example.org]
                  minKubeVersion: 1.17.0
                  kubeVersion: '>=1.17.0-0'
                  urls: ['', devops-0.10.0.tgz]
                  chartURL: https://charts.example.org/base/devops-0.10.0.tgz
                """));
    }

    @Test
    void of_two_names_the_one_that_changes_counts() {
        var old = object("kind: ExtensionVersion\nmetadata: {name: v}\nspec: {repo: a, repository: a}");
        var early = object("kind: ExtensionVersion\nmetadata: {name: v}\nspec: {repo: b, repository: a}");
        new EarlyForms(others).complete(new Review(early, Optional.of(old)));
        assertThat(early.path("spec")).isEqualTo(object("{repo: b, repository: b}"));

        var late = object("kind: ExtensionVersion\nmetadata: {name: v}\nspec: {repo: a, repository: b}");
        new EarlyForms(others).complete(new Review(late, Optional.of(old)));
        assertThat(late.path("spec")).isEqualTo(object("{repo: b, repository: b}"));
    }

    private static ObjectNode plan(String name, String extension, String config) {
        var plan = object("kind: InstallPlan");
        plan.putObject("metadata").put("name", name);
        plan.putObject("spec").put("config", config.replace("\\n", "\n").replace("\\t", "\t"));
        plan.withObject("/spec/extension").put("name", extension).put("version", "1.0.0");
        return plan;
    }

    private static ObjectNode planOf(String config) {
        return plan("hello", "hello", config);
    }

    private static void assertRefused(Rule rule, ObjectNode object, String reason) {
        assertThatThrownBy(() -> rule.check(fresh(object)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(reason);
    }

    private static Review fresh(ObjectNode object) {
        return new Review(object, Optional.empty());
    }

    private static ObjectNode object(String yaml) {
        return (ObjectNode) Yaml.parse(yaml);
    }
}
