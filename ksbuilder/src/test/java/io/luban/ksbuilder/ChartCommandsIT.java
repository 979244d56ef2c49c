package io.luban.ksbuilder;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.helm.Charts;
import io.luban.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that render, with the real engine. */
class ChartCommandsIT {
    @TempDir
    Path directory;

    private TestRun run = TestRun.in(Path.of("."));

    @BeforeEach
    void begin() {
        run = TestRun.in(directory);
    }

    @Test
    void a_created_extension_has_nothing_to_complain_about() {
        run.run("create", "--name", "demo", "--category", "database", "--author", "Ann");

        assertThat(run.run("lint", "demo", "--with-subcharts"))
                .as(run.out() + run.err())
                .isZero();

        assertThat(run.out())
                .contains("lint by helm", "==> Linting " + directory.resolve("demo"))
                .contains("3 chart(s) linted, 0 chart(s) failed")
                .contains("lint by kubesphere", "Info: lint global.imageRegistry", "WARNING: extension.yaml: images")
                .doesNotContain("ERROR");
    }

    @Test
    void containers_that_ignore_the_registry_are_errors_and_pods_that_ignore_the_node_selector_warnings()
            throws IOException {
        writeExtension("""
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: clean}
                spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: busybox}, {}]}}}}}
                """);

        assertThat(run.run("lint", "demo", "--output", "json")).isOne();

        var report = Json.parse(run.out()).path(0).path("findings").toString();
        assertThat(report)
                .contains("container a: image", "busybox", "does not come from global.imageRegistry")
                .contains("container without a name")
                .contains("nodeSelector lacks");
        assertThat(run.run("lint", "demo", "--exit-zero")).isZero();
        assertThat(run.run("lint", "absent")).isEqualTo(2);
    }

    @Test
    void lint_takes_values_and_knows_the_spellings_of_docker_hub() throws IOException {
        writeExtension("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: everywhere}
                spec:
                  selector: {matchLabels: {app: a}}
                  template:
                    metadata: {labels: {app: a}}
                    spec:
                      initContainers: [{name: first, image: "{{ .Values.first }}"}]
                      containers: [{name: main, image: "{{ .Values.global.imageRegistry }}/busybox:{{ required "a tag" .Values.tag }}"}]
                """);
        Files.writeString(
                directory.resolve("demo/extension.yaml"),
                Files.readString(directory.resolve("demo/extension.yaml"))
                        + "images: ['docker.io/library/busybox:1', 'example.org/unused:1']\n");
        write("../values-of-mine.yaml", "first: own/first:1\n");

        assertThat(run.run("lint", "demo", "--output", "json"))
                .as("no tag is given")
                .isEqualTo(2);
        assertThat(run.run("lint", "demo", "--output", "json", "--set-string", "tag=1", "-f", "values-of-mine.yaml"))
                .as(run.err())
                .isOne();

        var report = Json.parse(run.out()).path(0).path("findings").toString();
        assertThat(report)
                .contains("container first: image", "own/first:1")
                .contains("images: example.org/unused:1 is used by no object")
                .doesNotContain("container main")
                .doesNotContain("docker.io/library/busybox:1 is used")
                .doesNotContain("nodeSelector lacks");
    }

    @Test
    void lint_is_as_strict_and_as_quiet_as_asked() throws IOException {
        writeExtension("kind: ConfigMap\napiVersion: v1\nmetadata: {name: Upper_Case}\n");
        var file = directory.resolve("demo/extension.yaml");
        var text = Files.readString(file).replace("name: demo", "name: a-name-of-more-than-thirty-two-letters");
        Files.writeString(file, text);

        assertThat(run.run("lint", "demo")).isZero();
        assertThat(run.out())
                .contains("Info: lint name")
                .contains(
                        "WARNING: extension.yaml: name \"a-name-of-more-than-thirty-two-letters\" should have at most 32")
                .contains("[WARNING] templates/all.yaml", "1 chart(s) linted, 0 chart(s) failed");
        assertThat(run.run("lint", "demo", "--strict")).isOne();
        assertThat(run.out()).contains("1 chart(s) linted, 1 chart(s) failed");
        assertThat(run.run("lint", "demo", "--quiet")).isZero();
        assertThat(run.out())
                .doesNotContain("Info: lint", "[INFO]", "lint by helm")
                .contains("[WARNING] templates/all.yaml", "should have at most 32");
    }

    @Test
    void errors_of_templates_cannot_be_passed_over() throws IOException {
        writeExtension("a: {{ fail \"not today\" }}\n");

        assertThat(run.run("lint", "demo", "--exit-zero")).isEqualTo(2);
        assertThat(run.err()).contains("not today");
        assertThat(run.run("template", "demo")).isOne();
        assertThat(run.err()).contains("not today");
    }

    @Test
    void template_prints_objects_then_hooks_and_lookups_find_nothing() throws IOException {
        writeExtension("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: "{{ .Values.name }}", annotations: {"helm.sh/hook": "pre-install,post-upgrade"}}
                data: {upgrade: "{{ .Release.IsUpgrade }}"}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: test, annotations: {"helm.sh/hook": test}}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: kept}
                stringData:
                  found: "{{ lookup "v1" "Secret" .Release.Namespace "kept" | empty | not }}"
                  ingress: "{{ .Values.global.extension.ingress.ingressClassName }}"
                """);
        write("crds/things.yaml", "kind: CustomResourceDefinition\nmetadata: {name: '{{ things }}'}\n");

        assertThat(run.run("template", "demo", "--set", "name=first", "--include-crds", "--is-upgrade"))
                .as(run.err())
                .isZero();

        assertThat(run.out())
                .containsSubsequence(
                        "# Source: demo/crds/things.yaml",
                        "name: '{{ things }}'",
                        "kind: Secret",
                        "found: \"false\"",
                        "ingress: \"kubesphere\"",
                        "kind: ConfigMap",
                        "name: \"first\", annotations: {\"helm.sh/hook\": \"pre-install,post-upgrade\"}",
                        "upgrade: \"true\"");
        run.run("template", "demo", "--skip-tests");
        assertThat(run.out()).contains("kind: ConfigMap").doesNotContain("kind: Pod", "CustomResourceDefinition");
        run.run("template", "demo", "--no-hooks");
        assertThat(run.out()).contains("kind: Secret").doesNotContain("kind: ConfigMap");
    }

    @Test
    void template_shows_one_file_writes_files_and_names_what_it_cannot_do() throws IOException {
        run.run("create", "--name", "demo", "--category", "database", "--author", "Ann");

        assertThat(run.run("template", "demo", "-s", "charts/*/templates/service.yaml", "--no-hooks"))
                .isZero();
        assertThat(run.out().lines().filter("kind: Service"::equals)).hasSize(2);
        assertThat(run.out()).doesNotContain("kind: Deployment");

        assertThat(run.run("template", "demo", "-s", "templates/absent.yaml")).isOne();
        assertThat(run.err()).contains("could not find template templates/absent.yaml in chart");

        assertThat(run.run("template", "demo", "--output-dir", "rendered")).isZero();
        assertThat(directory.resolve("rendered/demo/charts/backend/templates/service.yaml"))
                .exists();

        assertThat(run.run("template", "demo", "--post-renderer", "cat"))
                .as(run.err())
                .isZero();
        assertThat(run.out()).contains("kind: Deployment");

        assertThat(run.run("template", "demo", "--validate")).isOne();
        assertThat(run.err()).contains("--validate is not supported");
    }

    @Test
    void a_chart_that_helm_itself_creates_becomes_an_extension_that_renders() throws Exception {
        Charts.open(Path.of("target", "engine", "luban").toAbsolutePath()).create("demo", directory.resolve("."));
        Files.move(directory.resolve("demo"), directory.resolve("source"));

        assertThat(run.run("createsimple", "--from", "source")).as(run.err()).isZero();
        assertThat(run.run("template", "demo", "--name", "demo")).as(run.err()).isZero();

        assertThat(run.out())
                .contains("host: demo.127.0.0.1.nip.io")
                .contains("name: demo-cm-iframe", "name: demo-js", "link: /dist/demo/index.js")
                .contains("var address = \"http://demo.127.0.0.1.nip.io:30888\"")
                .contains("# Source: demo/charts/demo/templates/service.yaml")
                .doesNotContain("demo-cm-link");
        run.run("template", "demo", "--set", "base.extEmbed=link");
        assertThat(run.out()).contains("name: demo-cm-link").doesNotContain("demo-cm-iframe\n");
    }

    @Test
    void an_application_for_the_store_carries_its_chart() throws Exception {
        Charts.open(Path.of("target", "engine", "luban").toAbsolutePath()).create("demo", directory.resolve("."));
        Files.move(directory.resolve("demo"), directory.resolve("source"));

        assertThat(run.run("createapp", "--from", "source")).as(run.err()).isZero();
        assertThat(run.run("lint", "demo")).as(run.out() + run.err()).isZero();
        assertThat(run.run("template", "demo")).as(run.err()).isZero();

        assertThat(run.out())
                .contains("kind: Application\n", "kind: ApplicationVersion\n", "namespace: extension-openpitrix")
                .containsPattern("BinaryKey: [A-Za-z0-9+/=]{500,}")
                .contains("helm.sh/hook: post-install");
    }

    private void writeExtension(String template) throws IOException {
        write("extension.yaml", """
                apiVersion: v1
                name: demo
                version: 0.1.0
                displayName: {en: Demo}
                description: {en: A demo}
                category: dev-tools
                provider: {en: {name: Somebody}}
                icon: https://example.com/icon.png
                """);
        write("values.yaml", "name: usual\n");
        write("templates/all.yaml", template);
    }

    private void write(String path, String text) throws IOException {
        var file = directory.resolve("demo").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
