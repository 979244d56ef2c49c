package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drives the server with the kubectl found on PATH. */
class KubectlIT {
    @TempDir
    Path directory;

    private TestCluster cluster;
    private Kubectl kubectl;

    @BeforeEach
    void start() {
        var found = Kubectl.onPath();
        Assumptions.assumeTrue(
                found.isPresent(), "kubectl is not on PATH: install kubectl 1.27 or newer to run this test");
        cluster = TestCluster.start(directory.resolve("data"));
        kubectl = new Kubectl(found.orElseThrow(), cluster.server().kubeconfig(), directory);
    }

    @AfterEach
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void objects_are_created_changed_shown_and_deleted() throws IOException {
        run("create", "namespace", "shop");
        run("-n", "shop", "create", "configmap", "c1", "--from-literal=a=b");
        run("-n", "shop", "create", "secret", "generic", "s1", "--from-literal=p=w");
        run("-n", "shop", "label", "configmap", "c1", "tier=front");
        run("-n", "shop", "annotate", "configmap", "c1", "note=x");
        run("-n", "shop", "patch", "configmap", "c1", "-p", "{\"data\":{\"z\":\"1\"}}");
        run(
                "-n",
                "shop",
                "patch",
                "configmap",
                "c1",
                "--type=json",
                "-p",
                "[{\"op\":\"remove\",\"path\":\"/data/z\"}]");
        var editor = write("editor.sh", "#!/bin/sh\nsed -i 's/^  a: b$/  a: edited/' \"$1\"\n");
        assertThat(editor.toFile().setExecutable(true)).isTrue();
        run(Map.of("KUBE_EDITOR", editor.toString()), "-n", "shop", "edit", "configmap", "c1");

        assertThat(run("-n", "shop", "get", "configmap", "c1", "-o", "jsonpath={.data}"))
                .isEqualTo("{\"a\":\"edited\"}");
        assertThat(run("-n", "shop", "get", "configmap", "-l", "tier=front", "-o", "name"))
                .contains("configmap/c1");
        assertThat(run("-n", "shop", "get", "configmap"))
                .contains("NAME")
                .contains("DATA")
                .contains("c1");
        assertThat(run("get", "namespace", "shop")).contains("Active");
        run("-n", "shop", "delete", "configmap", "--all");
        run("delete", "namespace", "shop");
        assertThat(run("get", "namespaces", "-o", "name")).doesNotContain("shop");
    }

    @Test
    void files_are_applied_from_the_client_and_by_the_server() throws IOException {
        var file = write("cm.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: applied}
                data: {a: "1"}
                """);
        assertThat(run("apply", "-f", file.toString())).contains("created");
        assertThat(run("apply", "-f", file.toString())).contains("unchanged");
        Files.writeString(file, Files.readString(file).replace("\"1\"", "\"2\""));

        assertThat(exitCode("diff", "-f", file.toString())).isEqualTo(1);
        assertThat(run("apply", "-f", file.toString())).contains("configured");
        assertThat(exitCode("diff", "-f", file.toString())).isZero();
        assertThat(run("apply", "--server-side", "-f", file.toString())).contains("serverside-applied");
        assertThat(run("replace", "-f", file.toString())).contains("replaced");
        assertThat(run("delete", "-f", file.toString())).contains("deleted");
    }

    @Test
    void a_deployment_rolls_out_in_the_simulation() {
        run("create", "deployment", "web", "--image=nginx:1");
        run("rollout", "status", "deployment/web", "--timeout=90s");
        run("scale", "deployment", "web", "--replicas=2");
        run("set", "image", "deployment/web", "nginx=nginx:2");
        run("rollout", "status", "deployment/web", "--timeout=90s");
        run("wait", "--for=condition=Available", "deployment/web", "--timeout=90s");

        assertThat(run("get", "deployment", "web")).contains("2/2");
        assertThat(run("describe", "deployment", "web")).contains("nginx:2");
        run("delete", "deployment", "web");
    }

    @Test
    void custom_resources_are_served_at_once() throws IOException {
        var definition = write("crd.yaml", """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: foos.k.io}
                spec:
                  group: k.io
                  scope: Namespaced
                  names: {plural: foos, kind: Foo, shortNames: [fo]}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object,
                      description: What is wanted., properties: {size: {type: integer}}}}}}
                """);
        var instance = write("foo.yaml", "{apiVersion: k.io/v1, kind: Foo, metadata: {name: f1}, spec: {size: 3}}");
        run("apply", "-f", definition.toString());
        run("wait", "--for=condition=Established", "crd/foos.k.io", "--timeout=60s");
        assertThat(run("apply", "-f", instance.toString())).contains("created");
        run("patch", "foo", "f1", "--type=merge", "-p", "{\"spec\":{\"size\":5}}");

        assertThat(run("get", "fo", "f1", "-o", "jsonpath={.spec.size}")).isEqualTo("5");
        assertThat(run("explain", "foo.spec")).contains("What is wanted.");
        assertThat(run("api-resources", "--api-group=k.io")).contains("foos");
        run("delete", "crd", "foos.k.io");
    }

    @Test
    void a_kind_of_two_shapes_is_changed_through_either() throws IOException {
        try (var converter = new Converter()) {
            var definition = write("gauges.yaml", """
                    apiVersion: apiextensions.k8s.io/v1
                    kind: CustomResourceDefinition
                    metadata: {name: gauges.x.io}
                    spec:
                      group: x.io
                      scope: Namespaced
                      names: {plural: gauges, kind: Gauge}
                      conversion: {strategy: Webhook, webhook: {clientConfig: %s, conversionReviewVersions: [v1]}}
                      versions:
                      - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {
                          spec: {type: object, properties: {size: {type: integer, description: how large}}}}}}}
                      - {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object, properties: {
                          spec: {type: object, properties: {replicas: {type: integer, maximum: 9}}},
                          status: {type: object, properties: {at: {type: integer}}}}}},
                         additionalPrinterColumns: [{name: Wide, type: integer, jsonPath: .spec.replicas, priority: 1}],
                         subresources: {scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.at}}}
                    """.formatted(converter.client()));
            run("apply", "-f", definition.toString());
            var older = write("v1.yaml", "{apiVersion: x.io/v1, kind: Gauge, metadata: {name: g}, spec: {size: 3}}");
            var newer =
                    write("v2.yaml", "{apiVersion: x.io/v2, kind: Gauge, metadata: {name: g}, spec: {replicas: 4}}");
            assertThat(run("apply", "-f", older.toString())).contains("created");
            assertThat(run("get", "gauges", "-o", "wide")).contains("WIDE").contains("3");
            assertThat(exitCode("diff", "-f", newer.toString())).isEqualTo(1);
            assertThat(run("apply", "-f", newer.toString())).contains("configured");
            run("scale", "gauge", "g", "--replicas=5");
            run("wait", "--for=jsonpath={.spec.replicas}=5", "gauge/g", "--timeout=60s");
            run("apply", "--server-side", "--force-conflicts", "-f", older.toString());

            assertThat(run("get", "gauges.v1.x.io", "g", "-o", "jsonpath={.spec}"))
                    .isEqualTo("{\"size\":3}");
            assertThat(run("get", "gauge", "g", "-o", "jsonpath={.spec}")).isEqualTo("{\"replicas\":3}");
            assertThat(exitCode("patch", "gauge", "g", "--type=merge", "-p", "{\"spec\":{\"replicas\":10}}"))
                    .isEqualTo(1);
            assertThat(run("explain", "gauge.spec.size", "--api-version=x.io/v1"))
                    .contains("how large");
            run("delete", "crd", "gauges.x.io");
        }
    }

    @Test
    void rights_are_shown_and_checked() {
        run("create", "serviceaccount", "robot");
        run("create", "role", "reader", "--verb=get", "--resource=configmaps");
        run("create", "rolebinding", "readers", "--role=reader", "--serviceaccount=default:robot");
        var robot = "--as=system:serviceaccount:default:robot";

        assertThat(run("auth", "can-i", "create", "pods").strip()).isEqualTo("yes");
        assertThat(run("auth", "can-i", "get", "configmaps", robot).strip()).isEqualTo("yes");
        assertThat(exitCode("auth", "can-i", "delete", "configmaps", robot)).isEqualTo(1);
        assertThat(run("create", "token", "robot").strip().split("\\.", -1)).hasSize(3);
    }

    private String run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private String run(Map<String, String> environment, String... arguments) {
        var outcome = kubectl.run(environment, List.of(arguments));
        assertThat(outcome.exitCode())
                .as(() -> String.join(" ", arguments) + "\n" + outcome.output())
                .isZero();
        return outcome.output();
    }

    private int exitCode(String... arguments) {
        return kubectl.run(Map.of(), List.of(arguments)).exitCode();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
