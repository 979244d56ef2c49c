package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done with pods by way of their subresources, where nothing runs them. */
class PodActionsIT {
    private static final String DEFAULT = "/api/v1/namespaces/default";
    private static final String PODS = DEFAULT + "/pods";
    private static final String JSON = "application/json";
    private static final String MERGE = "application/merge-patch+json";
    private static final String EVICTION =
            "{'apiVersion':'policy/v1','kind':'Eviction','metadata':{'name':'%s'},'deleteOptions':{%s}}";
    private static final String BINDING =
            "{'apiVersion':'v1','kind':'Binding','metadata':{'name':'%s'},'target':{'kind':'Node','name':'n1'}}";

    @TempDir
    static Path directory;

    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(directory, false);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void an_eviction_deletes_the_pod_unless_it_is_a_rehearsal() {
        pod("gone");

        var rehearsed = send("POST", PODS + "/gone/eviction?dryRun=All", JSON, EVICTION.formatted("gone", ""));
        var rehearsedByBody =
                send("POST", PODS + "/gone/eviction", JSON, EVICTION.formatted("gone", "'dryRun':['All']"));
        assertThat(code(get(PODS + "/gone"))).isEqualTo(200);
        var evicted = send("POST", PODS + "/gone/eviction", JSON, EVICTION.formatted("gone", ""));

        assertThat(code(rehearsed)).as(rehearsed.body()).isEqualTo(201);
        assertThat(code(rehearsedByBody)).isEqualTo(201);
        assertThat(code(evicted)).as(evicted.body()).isEqualTo(201);
        assertThat(body(evicted).path("status").asText()).isEqualTo("Success");
        assertThat(code(get(PODS + "/gone"))).isEqualTo(404);
        assertThat(code(send("POST", PODS + "/gone/eviction", JSON, EVICTION.formatted("gone", ""))))
                .isEqualTo(404);
    }

    @Test
    void an_eviction_takes_the_options_of_a_deletion() {
        pod("patient");
        send("POST", PODS + "/patient/binding", JSON, BINDING.formatted("patient"));

        var other = send(
                "POST",
                PODS + "/patient/eviction",
                JSON,
                EVICTION.formatted("patient", "'preconditions':{'uid':'other'}"));
        send("POST", PODS + "/patient/eviction", JSON, EVICTION.formatted("patient", "'gracePeriodSeconds':77"));

        assertThat(code(other)).as(other.body()).isEqualTo(409);
        assertThat(body(get(PODS + "/patient"))
                        .at("/metadata/deletionGracePeriodSeconds")
                        .asInt())
                .isEqualTo(77);
    }

    @Test
    void an_eviction_that_a_budget_does_not_allow_is_429_and_names_the_budget() {
        pod("kept", "'labels':{'app':'kept'}");
        send("POST", PODS + "/kept/binding", JSON, BINDING.formatted("kept"));
        send(
                "PATCH",
                PODS + "/kept/status",
                MERGE,
                "{'status':{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}}");
        var budget = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
        send("POST", budget, JSON, """
                {'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'one'},
                 'spec':{'minAvailable':1,'selector':{'matchLabels':{'app':'kept'}}}}""");
        send("PATCH", budget + "/one/status", MERGE, """
                {'status':{'observedGeneration':1,'currentHealthy':1,'desiredHealthy':1,'expectedPods':1,
                 'disruptionsAllowed':0}}""");

        var refused = send("POST", PODS + "/kept/eviction", JSON, EVICTION.formatted("kept", ""));

        assertThat(code(refused)).as(refused.body()).isEqualTo(429);
        var status = body(refused);
        assertThat(status.path("reason").asText()).isEqualTo("TooManyRequests");
        assertThat(status.at("/details/causes/0/reason").asText()).isEqualTo("DisruptionBudget");
        assertThat(status.at("/details/causes/0/message").asText())
                .isEqualTo("The disruption budget one needs 1 healthy pods and has 1 currently");
        assertThat(code(get(PODS + "/kept"))).isEqualTo(200);
    }

    @Test
    void a_binding_gives_a_pod_its_node_once() {
        pod("bound");

        var rehearsed = send("POST", PODS + "/bound/binding?dryRun=All", JSON, BINDING.formatted("bound"));
        assertThat(body(get(PODS + "/bound")).at("/spec").has("nodeName")).isFalse();
        var bound = send("POST", PODS + "/bound/binding", JSON, BINDING.formatted("bound"));
        var again = send("POST", PODS + "/bound/binding", JSON, BINDING.formatted("bound"));

        assertThat(code(rehearsed)).as(rehearsed.body()).isEqualTo(201);
        assertThat(code(bound)).as(bound.body()).isEqualTo(201);
        var stored = body(get(PODS + "/bound"));
        assertThat(stored.at("/spec/nodeName").asText()).isEqualTo("n1");
        assertThat(stored.at("/status/conditions/0/type").asText()).isEqualTo("PodScheduled");
        assertThat(code(again)).isEqualTo(409);
        assertThat(again.body()).contains("pod bound is already assigned to node \\\"n1\\\"");
    }

    @Test
    void bindings_may_be_posted_to_a_collection_of_their_own() {
        pod("collected");

        var answer = send("POST", DEFAULT + "/bindings", JSON, BINDING.formatted("collected"));

        assertThat(code(answer)).as(answer.body()).isEqualTo(201);
        assertThat(body(get(PODS + "/collected")).at("/spec/nodeName").asText()).isEqualTo("n1");
    }

    @Test
    void a_pod_that_is_held_back_is_not_bound() {
        pod("gated", "'labels':{}", "'schedulingGates':[{'name':'x.io/wait'}],");

        var refused = send("POST", PODS + "/gated/binding", JSON, BINDING.formatted("gated"));
        var released = send("PATCH", PODS + "/gated", MERGE, "{'spec':{'schedulingGates':null}}");
        var bound = send("POST", PODS + "/gated/binding", JSON, BINDING.formatted("gated"));

        assertThat(code(refused)).isEqualTo(409);
        assertThat(refused.body()).contains("pod gated has non-empty .spec.schedulingGates");
        assertThat(code(released)).as(released.body()).isEqualTo(200);
        assertThat(code(bound)).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pods/strict/eviction         | ?dryRun=Some           | 422 | dryRun: Unsupported value
            pods/strict/eviction         | ?fieldValidation=Maybe | 422 | fieldValidation: Unsupported value
            pods/strict/binding          | ?dryRun=Some           | 422 | dryRun: Unsupported value
            serviceaccounts/default/token | ?dryRun=Some          | 422 | dryRun: Unsupported value
            """)
    void options_of_computed_creates_are_checked(String path, String query, int code, String message) {
        pod("strict");

        var answer = send("POST", DEFAULT + "/" + path + query, JSON, "{'target':{'name':'n1'}}");

        assertThat(code(answer)).as(answer.body()).isEqualTo(code);
        assertThat(answer.body()).contains(message);
        assertThat(code(get(PODS + "/strict"))).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pods/wrong/eviction          | {'apiVersion':'v1','kind':'Pod','metadata':{'name':'wrong'}} | does not match the expected API version (policy/v1)
            pods/wrong/eviction          | {'apiVersion':'policy/v1','kind':'Binding'}                  | Binding in version \\"v1\\" cannot be handled as a Eviction
            pods/wrong/eviction          | {'kind':'Eviction','metadata':{'name':'other'}}              | name in URL does not match name in Eviction object
            pods/wrong/eviction          | {}                                                           | name in URL does not match name in Eviction object
            pods/wrong/eviction          | {'metadata':{'name':'wrong','namespace':'other'}}            | the namespace of the provided object does not match
            pods/wrong/binding           | {'target':{'name':'n1'}}                                     | name in URL does not match name in Binding object
            pods/wrong/binding           | {'kind':'Eviction','target':{'name':'n1'}}                   | cannot be handled as a Binding
            serviceaccounts/default/token | {'kind':'TokenReview'}                                      | cannot be handled as a TokenRequest
            """)
    void bodies_of_another_kind_or_name_are_refused(String path, String body, String message) {
        pod("wrong");

        var answer = send("POST", DEFAULT + "/" + path, JSON, body);

        assertThat(code(answer)).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(message);
        assertThat(code(get(PODS + "/wrong"))).isEqualTo(200);
    }

    @Test
    void unknown_fields_of_an_eviction_are_named() {
        pod("odd");

        var strict = send(
                "POST",
                PODS + "/odd/eviction?fieldValidation=Strict",
                JSON,
                "{'kind':'Eviction','metadata':{'name':'odd'},'deletOptions':{}}");
        var older = send(
                "POST",
                PODS + "/odd/eviction?dryRun=All",
                JSON,
                EVICTION.formatted("odd", "").replace("policy/v1", "policy/v1beta1"));

        assertThat(code(strict)).as(strict.body()).isEqualTo(400);
        assertThat(strict.body()).contains("strict decoding error: unknown field \\\"deletOptions\\\"");
        assertThat(code(older)).as(older.body()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, pods/verbs/eviction",
        "GET, pods/verbs/binding",
        "PATCH, pods/verbs/log",
        "GET, serviceaccounts/default/token",
        "DELETE, pods/verbs/status"
    })
    void a_verb_that_a_subresource_does_not_have_is_405(String method, String path) {
        pod("verbs");

        var answer = send(method, DEFAULT + "/" + path, method.equals("PATCH") ? MERGE : JSON, "{}");

        assertThat(code(answer)).as(answer.body()).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource({"GET", "PATCH"})
    void a_namespace_is_finalized_by_put_alone(String method) {
        var answer = send(method, DEFAULT + "/finalize", MERGE, "{'spec':{'finalizers':[]}}");

        assertThat(code(answer)).as(answer.body()).isEqualTo(405);
        assertThat(body(get(DEFAULT)).at("/spec/finalizers/0").asText()).isEqualTo("kubernetes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'spec':{'ephemeralContainers':[{'name':'d','image':'i'}]}}
            {'spec':{'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'2'}}}]}}
            {'spec':{'nodeName':'n1'}}
            {'spec':{'schedulingGates':[{'name':'x.io/late'}]}}
            """)
    void what_a_subresource_is_for_cannot_be_written_to_the_pod_itself(String patch) {
        pod("whole");

        var answer = send("PATCH", PODS + "/whole", "application/strategic-merge-patch+json", patch);

        assertThat(code(answer)).as(answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains("Forbidden");
    }

    @Test
    void a_debugging_container_comes_by_its_subresource_and_stays_as_it_is() {
        pod("debugged");
        var path = PODS + "/debugged/ephemeralcontainers";
        var strategic = "application/strategic-merge-patch+json";

        var added = send(
                "PATCH",
                path,
                strategic,
                "{'spec':{'ephemeralContainers':[{'name':'d','image':'i'}],'containers':[{'name':'c','image':'x'}]}}");
        var changed = send("PATCH", path, strategic, "{'spec':{'ephemeralContainers':[{'name':'d','image':'other'}]}}");
        var removed = send("PATCH", path, MERGE, "{'spec':{'ephemeralContainers':[]}}");

        assertThat(code(added)).as(added.body()).isEqualTo(200);
        assertThat(body(added).at("/spec/ephemeralContainers/0/name").asText()).isEqualTo("d");
        assertThat(body(added).at("/spec/containers/0/image").asText())
                .as("the right to debug is none to change images")
                .isEqualTo("i");
        assertThat(code(changed)).isEqualTo(422);
        assertThat(changed.body()).contains("existing ephemeral containers \\\"d\\\" may not be changed");
        assertThat(removed.body()).contains("existing ephemeral containers \\\"d\\\" may not be removed");
    }

    @Test
    void a_pod_is_resized_by_its_subresource_within_its_class_of_service() {
        send("POST", PODS, JSON, """
                {'metadata':{'name':'sized'},'spec':{'containers':[{'name':'c','image':'i',
                 'resources':{'requests':{'cpu':'1','memory':'1Gi'},'limits':{'cpu':'2','memory':'2Gi'}}}]}}""");
        var path = PODS + "/sized/resize";
        var strategic = "application/strategic-merge-patch+json";
        var patch = "{'spec':{'containers':[{'name':'c','image':'x','resources':{%s}}]}}";

        var resized = send("PATCH", path, strategic, patch.formatted("'requests':{'cpu':'1500m'}"));
        var other = send(
                "PATCH",
                path,
                strategic,
                patch.formatted("'requests':{'example.com/gpu':'1'},'limits':{'example.com/gpu':'1'}"));
        var guaranteed = send("PATCH", path, strategic, patch.formatted("'requests':{'cpu':'2','memory':'2Gi'}"));
        var shrunk = send("PATCH", path, strategic, patch.formatted("'limits':{'memory':'1Gi'}"));

        assertThat(code(resized)).as(resized.body()).isEqualTo(200);
        assertThat(body(resized).at("/spec/containers/0/resources/requests/cpu").asText())
                .isEqualTo("1500m");
        assertThat(body(resized).at("/spec/containers/0/image").asText()).isEqualTo("i");
        assertThat(other.body()).contains("only cpu and memory resources are mutable");
        assertThat(guaranteed.body()).contains("Pod QOS Class may not change as a result of resizing");
        assertThat(shrunk.body()).contains("memory limits cannot be decreased");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pods/idle/log                        | 204 | ''
            pods/idle/exec?command=ls&stdout=1   | 400 | pod idle does not have a host assigned
            pods/idle/attach?stdout=1            | 400 | pod idle does not have a host assigned
            pods/idle/portforward?ports=80       | 400 | pod idle does not have a host assigned
            services/nobody/proxy/               | 503 | no endpoints available for service \\"nobody\\"
            services/missing/proxy/              | 404 | services \\"missing\\" not found
            """)
    void nothing_answers_where_nothing_runs(String path, int code, String message) {
        pod("idle");
        send("POST", DEFAULT + "/services", JSON, """
                {'metadata':{'name':'nobody'},'spec':{'selector':{'a':'b'},'ports':[{'port':80}]}}""");

        var answer = get(DEFAULT + "/" + path);

        assertThat(code(answer)).as(answer.body()).isEqualTo(code);
        assertThat(answer.body()).contains(message);
    }

    @Test
    void claims_and_balancers_wait_where_nobody_provides_them_and_pods_go_at_once() {
        pod("brief");
        send("POST", DEFAULT + "/persistentvolumeclaims", JSON, """
                {'metadata':{'name':'data'},'spec':{'accessModes':['ReadWriteOnce'],
                 'resources':{'requests':{'storage':'1Gi'}}}}""");
        var balancer = send("POST", DEFAULT + "/services", JSON, """
                {'metadata':{'name':'lb'},'spec':{'type':'LoadBalancer','ports':[{'port':80}]}}""");

        var deleted = send("DELETE", PODS + "/brief", JSON, "{}");

        assertThat(code(deleted)).isEqualTo(200);
        assertThat(code(get(PODS + "/brief"))).isEqualTo(404);
        assertThat(body(get(DEFAULT + "/persistentvolumeclaims/data"))
                        .at("/status/phase")
                        .asText())
                .isEqualTo("Pending");
        assertThat(body(balancer).at("/spec/clusterIP").asText()).startsWith("10.96.");
        var table = cluster.send(cluster.request(DEFAULT + "/services/lb")
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"));
        assertThat(body(table).at("/rows/0/cells/3").asText()).isEqualTo("<pending>");
    }

    private static void pod(String name) {
        pod(name, "'labels':{}");
    }

    private static void pod(String name, String metadata) {
        pod(name, metadata, "");
    }

    private static void pod(String name, String metadata, String spec) {
        send("POST", PODS, JSON, """
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s',%s},
                 'spec':{%s'containers':[{'name':'c','image':'i'}]}}""".formatted(name, metadata, spec));
    }

    private static HttpResponse<String> get(String path) {
        return cluster.send(cluster.request(path));
    }

    private static HttpResponse<String> send(String method, String path, String type, String json) {
        return cluster.send(cluster.request(path)
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(json.replace('\'', '"'))));
    }

    private static int code(HttpResponse<String> answer) {
        return answer.statusCode();
    }

    private static ObjectNode body(HttpResponse<String> answer) {
        return Json.parseObject(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}
