package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The generic read API lists every kind by its plural, from memory. */
class ResourcesApiTest {
    private static final String ROOT = "/kapis/resources.kubesphere.io/v1alpha3/";
    private static final String IAM = GatewayFixture.IAM;
    private static GatewayFixture fixture;
    private static String admin;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        fixture.kubernetes.serve(
                "/api/v1/pods",
                "/api/v1/configmaps",
                "/api/v1/persistentvolumeclaims",
                "/apis/apps/v1/deployments",
                "/apis/apps/v1/replicasets",
                "/apis/batch/v1/jobs",
                "/apis/storage.k8s.io/v1/storageclasses",
                IAM + "groupbindings",
                IAM + "workspacerolebindings",
                "/apis/cluster.kubesphere.io/v1alpha1/clusters",
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                "/apis/shop.io/v1/carts");
        pods();
        workloads();
        people();
        apply("/apis/cluster.kubesphere.io/v1alpha1/clusters", """
                metadata: {name: member}
                spec: {connection: {type: direct, kubeconfig: c2VjcmV0}}
                """);
        apply("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
                metadata: {name: carts.shop.io, labels: {kubesphere.io/resource-served: "true"}}
                spec: {group: shop.io, scope: Namespaced, names: {plural: carts, kind: Cart}, versions: [{name: v1, storage: true}]}
                """);
        apply("/apis/shop.io/v1/carts", "metadata: {name: full, namespace: one}");
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
    }

    private static void pods() {
        for (int i = 0; i < 30; i++) {
            apply(
                    "/api/v1/configmaps",
                    "metadata: {name: map-%02d, namespace: %s}".formatted(i, i < 25 ? "one" : "two"));
        }
        apply("/apis/apps/v1/replicasets", """
                metadata: {name: web-rs, namespace: one, ownerReferences: [{kind: Deployment, uid: dep}]}
                """);
        var set = fixture.kubernetes
                .object("/apis/apps/v1/replicasets/web-rs")
                .at("/metadata/uid")
                .asText();
        pod("web-1", "one", "labels: {app: web}, ownerReferences: [{kind: ReplicaSet, uid: " + set + "}]", """
                spec: {nodeName: n1, volumes: [{persistentVolumeClaim: {claimName: disk}}]}
                status: {phase: Running, podIP: 10.0.0.7, startTime: "2026-01-03T00:00:00Z"}
                """);
        pod("web-2", "one", "labels: {app: web}", """
                spec: {nodeName: n2}
                status:
                  phase: Running
                  startTime: "2026-01-02T00:00:00Z"
                  containerStatuses: [{state: {waiting: {reason: CrashLoopBackOff}}}]
                """);
        pod("done", "one", "labels: {app: task}", """
                status: {phase: Succeeded, startTime: "2026-01-01T00:00:00Z", conditions: [{type: Ready, reason: PodCompleted}]}
                """);
        pod("broken", "two", "labels: {app: web}", "status: {phase: Failed}");
        apply("/api/v1/services", "{metadata: {name: web, namespace: one}, spec: {selector: {app: web}}}");
    }

    private static void pod(String name, String namespace, String metadata, String rest) {
        apply("/api/v1/pods", "metadata: {name: %s, namespace: %s, %s}\n%s".formatted(name, namespace, metadata, rest));
    }

    private static void workloads() {
        workload("idle", 0, 0, "2026-01-05T00:00:00Z");
        workload("up", 2, 2, "2026-01-07T00:00:00Z");
        workload("rolling", 3, 1, "2026-01-06T00:00:00Z");
        apply(
                "/apis/batch/v1/jobs",
                "{metadata: {name: j, namespace: one}, status: {conditions: [{type: Failed, status: 'True'}]}}");
        apply("/apis/storage.k8s.io/v1/storageclasses", "metadata: {name: fast}");
        apply("/api/v1/persistentvolumeclaims", """
                metadata: {name: disk, namespace: one}
                spec: {storageClassName: fast}
                status: {phase: Pending}
                """);
    }

    private static void workload(String name, int wanted, int ready, String updated) {
        apply("/apis/apps/v1/deployments", """
                metadata: {name: %s, namespace: one}
                status: {replicas: %d, readyReplicas: %d, conditions: [{lastUpdateTime: "%s"}]}
                """.formatted(name, wanted, ready, updated));
    }

    private static void people() {
        apply(IAM + "groupbindings", "{metadata: {name: g}, groupRef: {name: team}, users: [bob]}");
        apply(IAM + "workspacerolebindings", """
                metadata: {name: w, labels: {kubesphere.io/workspace: gold}}
                roleRef: {name: gold-viewer}
                subjects: [{kind: User, name: bob}]
                """);
    }

    private static void apply(String collection, String yaml) {
        fixture.kubernetes.put(collection, (ObjectNode) Yaml.parse(yaml));
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static JsonNode read(String target) {
        var answer = fixture.get(ROOT + target, admin);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body());
    }

    private static List<String> names(JsonNode list) {
        var names = new ArrayList<String>();
        list.path("items").forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    @Test
    void cuts_pages_of_a_namespace_and_tells_the_total() {
        var page = read("namespaces/one/configmaps?sortBy=name&ascending=true&page=3&limit=10");
        assertThat(names(page)).containsExactly("map-20", "map-21", "map-22", "map-23", "map-24");
        assertThat(page.path("totalItems").asInt()).isEqualTo(25);
        assertThat(page.at("/items/0/kind").asText()).isEqualTo("ConfigMap");
        assertThat(page.at("/items/0/apiVersion").asText()).isEqualTo("v1");
        assertThat(read("configmaps?limit=0").path("totalItems").asInt()).isEqualTo(30);
        assertThat(read("namespaces/one/configmaps?limit=-7").path("items")).isEmpty();
        assertThat(names(read("namespaces/two/configmaps?name=p-2&sortBy=name&page=1&limit=2")))
                .containsExactly("map-29", "map-28");
        assertThat(read("namespaces/one/configmaps/map-03").at("/metadata/name").asText())
                .isEqualTo("map-03");
    }

    @ParameterizedTest
    @CsvSource({
        "namespaces/one/pods?status=Running, web-1",
        "namespaces/one/pods?status=Waiting, web-2",
        "namespaces/one/pods?status=Completed, done",
        "pods?status=Error, broken",
        "namespaces/one/pods?nodeName=n2, web-2",
        "namespaces/one/pods?phase=Succeeded, done",
        "namespaces/one/pods?pvcName=disk, web-1",
        "namespaces/one/pods?podIP=0.7, web-1",
        "namespaces/one/pods?serviceName=web&sortBy=name, web-2 web-1",
        "namespaces/one/pods?serviceName=none, ''",
        "namespaces/one/pods?ownerReference=dep, web-1",
        "namespaces/one/pods?sortBy=startTime&ascending=true, done web-2 web-1",
        "pods?labelSelector=app%3Dweb&namespace=two, broken",
        "pods?fieldSelector=spec.nodeName%3Dn1, web-1",
        "namespaces/one/deployments?status=stopped, idle",
        "namespaces/one/deployments?status=running, up",
        "namespaces/one/deployments?status=updating, rolling",
        "namespaces/one/deployments?sortBy=updateTime, up rolling idle",
        "namespaces/one/deployments?sortBy=status.replicas&ascending=true, idle up rolling",
        "namespaces/one/jobs?status=failed, j",
        "namespaces/one/persistentvolumeclaims?status=lost%7Cpending, disk",
        "users?email=bob@x.io, bob",
        "users?ingroup=team, bob",
        "users?notingroup=team, admin",
        "users?workspace=gold, bob",
        "users?workspace=gold&workspacerole=other, ''",
        "users?globalrole=platform-admin, admin",
        "namespaces/one/carts, full"
    })
    void filters_and_sorts_by_what_each_kind_has(String target, String expected) {
        var wanted = expected.isEmpty() ? List.of() : List.of(expected.split(" "));
        assertThat(names(read(target))).isEqualTo(wanted);
    }

    @Test
    void keeps_secrets_to_itself_and_tells_roles_and_claims() {
        assertThat(read("users").toString()).contains("bob@x.io").doesNotContain("password", "$2a$");
        assertThat(read("users/bob").at("/spec").has("password")).isFalse();
        var bound = read("users?workspace=gold").at("/items/0/metadata/annotations");
        assertThat(bound.path("iam.kubesphere.io/workspacerole").asText()).isEqualTo("gold-viewer");
        assertThat(read("clusters").toString()).contains("direct").doesNotContain("kubeconfig");
        assertThat(read("storageclasses")
                        .at("/items/0/metadata/annotations")
                        .path("kubesphere.io/pvc-count")
                        .asText())
                .isEqualTo("1");
    }

    @Test
    void shows_changes_without_asking_kubernetes_again() {
        read("namespaces/one/configmaps");
        int before = fixture.kubernetes.lists("/api/v1/configmaps");
        apply("/api/v1/configmaps", "metadata: {name: late, namespace: three}");
        await().untilAsserted(() ->
                assertThat(names(read("namespaces/three/configmaps"))).containsExactly("late"));
        for (int i = 0; i < 20; i++) {
            read("namespaces/one/configmaps?page=%d&limit=3&name=map".formatted(i));
        }
        assertThat(fixture.kubernetes.lists("/api/v1/configmaps")).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothings|404|resource is not supported\n",
                "namespaces/one/nodes|404|resource is not supported\n",
                "workspaces/gold/configmaps|404|resource is not supported\n",
                "namespaces/one/configmaps/a/b|404|resource is not supported\n",
                "namespaces/one/configmaps/none|404|configmaps \"none\" not found\n",
                "configmaps/map-01|404|configmaps \"map-01\" not found\n",
                "configmaps?watch=true|400|not supported verb\n",
                "configmaps?watch=true&labelSelector=kubesphere.io/workspace%3Dgold|404|resource is not supported\n",
                "pods?labelSelector=%3D|400|unable to parse the selector"
            })
    void says_what_it_does_not_serve(String target, int status, String message) {
        var answer = fixture.get(ROOT + target, admin);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith(message).endsWith("\n");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
    }

    @Test
    void answers_in_the_form_that_is_asked_for() {
        var authorized = fixture.request(ROOT + "nothings").header("Authorization", "Bearer " + admin);
        var status = fixture.send(authorized.copy().header("Accept", "application/json"));
        assertThat(Json.parse(status.body()).path("reason").asText()).isEqualTo("NotFound");
        var escaped = fixture.get(ROOT + "pods?labelSelector=%3Cb%3E", admin);
        assertThat(escaped.body()).contains("&lt;b&gt;").doesNotContain("<b>");
        var html = fixture.send(authorized.copy().header("Accept", "text/html"));
        assertThat(html.statusCode()).isEqualTo(406);
        assertThat(html.body()).isEqualTo("406: Not Acceptable\n\nAvailable representations: application/json");
        var browser = fixture.send(fixture.request(ROOT + "nodes")
                .header("Authorization", "Bearer " + admin)
                .header("Accept", "text/html,*/*;q=0.8"));
        assertThat(browser.statusCode()).isEqualTo(200);
        var deleted = fixture.send(authorized.copy().DELETE());
        assertThat(deleted.statusCode()).isEqualTo(405);
        assertThat(deleted.headers().firstValue("Allow")).contains("GET");
        assertThat(deleted.body()).isEqualTo("405: Method Not Allowed");
    }
}
