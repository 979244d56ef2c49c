package io.luban.embeddedkube.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.controller.QuotaReservations;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionChainTest {
    private final TestCluster cluster = new TestCluster();
    private final QuotaLedger ledger = new QuotaLedger(cluster.store());

    AdmissionChainTest() {
        Authorizer nobody = request -> new Authorizer.Decision(false, "");
        AdmissionChain.beforeWebhooks(cluster.store(), nobody, Ids.random()).forEach(cluster::with);
        AdmissionChain.afterWebhooks(cluster.store(), ledger, Clock.systemUTC()).forEach(cluster::with);
        cluster.with(new QuotaReservations(ledger));
        cluster.with(new CommitParticipant() {
            @Override
            public void complete(PendingWrite write) {
                if (Trees.name(write.object()).equals("refused")) {
                    throw ApiException.badRequest("refused late");
                }
            }
        });
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private ObjectNode pod(String name, String resources, String more) {
        return cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': '%s', 'namespace': 'default'},
                 'spec': {'containers': [{'name': 'c', 'image': 'x', 'resources': {%s}}] %s}}""".formatted(name, resources, more));
    }

    private void limitRange(String limits) {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'LimitRange', 'metadata': {'name': 'l', 'namespace': 'default'},
                 'spec': {'limits': [%s]}}""".formatted(limits));
    }

    private void quota(String hard) {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'ResourceQuota', 'metadata': {'name': 'q', 'namespace': 'default'},
                 'spec': {'hard': {%s}}}""".formatted(hard));
    }

    @Test
    void a_pod_gets_the_default_account_and_its_token() {
        var pod = pod("p", "", "");

        assertThat(Trees.text(pod, "spec", "serviceAccountName")).isEqualTo("default");
        assertThat(pod.at("/spec/volumes/0/name").asText()).matches("kube-api-access-.{5}");
        assertThat(pod.at("/spec/containers/0/volumeMounts/0/mountPath").asText())
                .isEqualTo("/var/run/secrets/kubernetes.io/serviceaccount");
        assertThat(pod.at("/spec/containers/0/volumeMounts/0/name")).isEqualTo(pod.at("/spec/volumes/0/name"));
    }

    @Test
    void a_pod_may_do_without_a_token() {
        assertThat(pod("p", "", ", 'automountServiceAccountToken': false").at("/spec/volumes"))
                .isEmpty();
    }

    @Test
    void an_account_that_does_not_exist_is_refused() {
        assertThatThrownBy(() -> pod("p", "", ", 'serviceAccountName': 'none'"))
                .isInstanceOf(ApiException.class)
                .hasMessage("pods \"p\" is forbidden: error looking up service account default/none:"
                        + " serviceaccount \"none\" not found");
    }

    @Test
    void a_pod_gets_priority_and_patience() {
        var plain = pod("plain", "", "");
        var critical = pod("critical", "", ", 'priorityClassName': 'system-node-critical'");

        assertThat(plain.at("/spec/priority").asInt()).isZero();
        assertThat(plain.at("/spec/tolerations"))
                .extracting(toleration -> toleration.path("tolerationSeconds").asInt())
                .containsExactly(300, 300);
        assertThat(critical.at("/spec/priority").asInt()).isEqualTo(2000001000);
        assertThatThrownBy(() -> pod("x", "", ", 'priorityClassName': 'none'")).hasMessageContaining("PriorityClass");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            'priority': 7 | the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0
            'priority': 7, 'priorityClassName': 'system-node-critical' | the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 2000001000
            'priorityClassName': 'system-node-critical', 'preemptionPolicy': 'Never' | the string value of PreemptionPolicy (Never) must not be provided
            'priorityClassName': 'none' | no PriorityClass with name none was found
            """)
    void a_pod_does_not_choose_its_priority_by_itself(String spec, String problem) {
        assertThatThrownBy(() -> pod("x", "", ", " + spec))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(403))
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            'ephemeralContainers': [{'name': 'e', 'image': 'x'}] | spec.ephemeralContainers: Forbidden: cannot be set on create
            'nodeName': 'n', 'schedulingGates': [{'name': 'x.io/w'}] | spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared
            """)
    void a_new_pod_does_not_begin_with_what_comes_later(String spec, String problem) {
        assertThatThrownBy(() -> pod("x", "", ", " + spec))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessage("Pod \"x\" is invalid: " + problem);
    }

    @Test
    void one_priority_class_may_be_the_default() {
        priorityClass("usual", 10);

        assertThatThrownBy(() -> priorityClass("other", 5))
                .hasMessage("priorityclasses.scheduling.k8s.io \"other\" is forbidden: PriorityClass usual is already"
                        + " marked as default. Only one default can exist");
        var pod = pod("p", "", ", 'priority': 10");
        assertThat(Trees.text(pod, "spec", "priorityClassName")).isEqualTo("usual");
        assertThat(Trees.text(pod, "spec", "preemptionPolicy")).isEqualTo("Never");
    }

    private void priorityClass(String name, int value) {
        cluster.create("""
                {'apiVersion': 'scheduling.k8s.io/v1', 'kind': 'PriorityClass', 'metadata': {'name': '%s'},
                 'value': %d, 'globalDefault': true, 'preemptionPolicy': 'Never'}""".formatted(name, value));
    }

    @Test
    void a_limit_range_tells_what_it_has_set() {
        limitRange("{'type': 'Container', 'default': {'cpu': '1', 'memory': '1Gi'}, 'defaultRequest': {'cpu': '1'}}");

        var pod = pod("p", "'limits': {'memory': '1Gi'}", ", 'initContainers': [{'name': 'i', 'image': 'x'}]");

        assertThat(Trees.annotation(pod, "kubernetes.io/limit-ranger"))
                .isEqualTo("LimitRanger plugin set: cpu request for container c; cpu limit for container c;"
                        + " cpu, memory request for init container i; cpu, memory limit for init container i");
        assertThat(Trees.annotation(
                        pod("all", "'limits': {'cpu': '1', 'memory': '1'}", ""), "kubernetes.io/limit-ranger"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'type': 'Container', 'maxLimitRequestRatio': {'cpu': '6'}} | 'limits': {'cpu': '1'}, 'requests': {'cpu': '100m'} | cpu max limit to request ratio per Container is 6, but provided ratio is 10.000000
            {'type': 'Container', 'maxLimitRequestRatio': {'cpu': '6'}} | | cpu max limit to request ratio per Container is 6, but no request is specified or request is 0
            {'type': 'Pod', 'min': {'cpu': '100m'}} | | minimum cpu usage per Pod is 100m.  No request is specified
            {'type': 'Pod', 'max': {'cpu': '2'}} | | maximum cpu usage per Pod is 2.  No limit is specified
            {'type': 'Pod', 'max': {'cpu': '2'}} | 'limits': {'cpu': '2500m'} | maximum cpu usage per Pod is 2, but limit is 2500m
            """)
    void what_a_limit_range_refuses_is_told_in_numbers(
            String limit, @org.jspecify.annotations.Nullable String resources, String problem) {
        limitRange(limit);

        assertThatThrownBy(() -> pod("p", resources == null ? "" : resources, ""))
                .hasMessage("pods \"p\" is forbidden: " + problem);
    }

    @Test
    void containers_that_run_beside_others_count_for_the_whole_life_of_a_pod() {
        quota("'requests.cpu': '4'");

        assertThatThrownBy(() -> pod("p", "'requests': {'cpu': '1'}", """
                , 'overhead': {'cpu': '100m'}, 'initContainers': [
                  {'name': 'side', 'image': 'x', 'restartPolicy': 'Always', 'resources': {'requests': {'cpu': '1'}}},
                  {'name': 'start', 'image': 'x', 'resources': {'requests': {'cpu': '3'}}}]"""))
                .hasMessageContaining("requested: requests.cpu=4100m");
        assertThat(pod("q", "'requests': {'cpu': '2'}", """
                , 'initContainers': [{'name': 'start', 'image': 'x', 'resources': {'requests': {'cpu': '3'}}},
                  {'name': 'side', 'image': 'x', 'restartPolicy': 'Always', 'resources': {'requests': {'cpu': '2'}}}]""")).isNotNull();
    }

    @Test
    void a_limit_range_fills_in_defaults() {
        limitRange("{'type': 'Container', 'default': {'cpu': '1'}, 'defaultRequest': {'cpu': '100m'}}");

        JsonNode resources = pod("p", "'limits': {'memory': '1Gi'}", "").at("/spec/containers/0/resources");

        assertThat(resources.at("/limits/cpu").asText()).isEqualTo("1");
        assertThat(resources.at("/limits/memory").asText()).isEqualTo("1Gi");
        assertThat(resources.at("/requests/cpu").asText()).isEqualTo("100m");
    }

    @Test
    void the_quality_of_service_follows_from_what_a_limit_range_gives() {
        assertThat(Trees.text(pod("before", "", ""), "status", "qosClass")).isEqualTo("BestEffort");
        limitRange("{'type': 'Container', 'default': {'cpu': '1', 'memory': '1Gi'},"
                + " 'defaultRequest': {'cpu': '1', 'memory': '1Gi'}}");

        assertThat(Trees.text(pod("given", "", ""), "status", "qosClass")).isEqualTo("Guaranteed");
        assertThat(Trees.text(pod("less", "'requests': {'cpu': '100m'}", ""), "status", "qosClass"))
                .isEqualTo("Burstable");
    }

    @Test
    void a_limit_range_bounds_containers() {
        limitRange("{'type': 'Container', 'max': {'cpu': '2'}, 'min': {'cpu': '100m'}}");

        assertThatThrownBy(() -> pod("p", "'limits': {'cpu': '3'}, 'requests': {'cpu': '3'}", ""))
                .hasMessageContaining("maximum cpu usage per Container is 2, but limit is 3");
        assertThatThrownBy(() -> pod("p", "'limits': {'cpu': '1'}, 'requests': {'cpu': '50m'}", ""))
                .hasMessageContaining("minimum cpu usage per Container is 100m, but request is 50m");
    }

    @Test
    void a_quota_counts_objects_and_resources() {
        quota("'pods': '2', 'requests.cpu': '1'");
        pod("a", "'requests': {'cpu': '600m'}", "");

        assertThatThrownBy(() -> pod("b", "'requests': {'cpu': '500m'}", ""))
                .hasMessageContaining(
                        "exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1");
        pod("c", "'requests': {'cpu': '100m'}", "");
        assertThatThrownBy(() -> pod("d", "'requests': {'cpu': '1m'}", ""))
                .hasMessageContaining("exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2");
    }

    @Test
    void a_quota_may_be_about_one_storage_class() {
        quota("'gold.storageclass.storage.k8s.io/requests.storage': '3Gi',"
                + " 'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '2'");

        claim("a", "gold", "2Gi");
        claim("b", "silver", "20Gi");

        assertThatThrownBy(() -> claim("c", "gold", "2Gi"))
                .hasMessageContaining("exceeded quota: q, requested:"
                        + " gold.storageclass.storage.k8s.io/requests.storage=2Gi, used:"
                        + " gold.storageclass.storage.k8s.io/requests.storage=2Gi, limited:"
                        + " gold.storageclass.storage.k8s.io/requests.storage=3Gi");
        claim("d", "gold", "1Gi");
        assertThatThrownBy(() -> claim("e", "gold", "1"))
                .hasMessageContaining("gold.storageclass.storage.k8s.io/persistentvolumeclaims=2");
    }

    private void claim(String name, String storageClass, String size) {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'PersistentVolumeClaim',
                 'metadata': {'name': '%s', 'namespace': 'default'}, 'spec': {'accessModes': ['ReadWriteOnce'],
                 'storageClassName': '%s', 'resources': {'requests': {'storage': '%s'}}}}""".formatted(name, storageClass, size));
    }

    @Test
    void a_quota_of_a_resource_demands_that_pods_state_theirs() {
        quota("'limits.cpu': '1', 'requests.memory': '1Gi'");

        assertThatThrownBy(() -> pod("p", "'limits': {'cpu': '100m'}", ""))
                .hasMessage("pods \"p\" is forbidden: failed quota: q: must specify requests.memory for: c");
    }

    @Test
    void a_quota_with_a_scope_counts_only_pods_of_that_scope() {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'ResourceQuota', 'metadata': {'name': 'q', 'namespace': 'default'},
                 'spec': {'hard': {'pods': '1'}, 'scopes': ['Terminating']}}""");
        pod("a", "", "");
        pod("b", "", "");
        pod("c", "", ", 'activeDeadlineSeconds': 60");

        assertThatThrownBy(() -> pod("d", "", ", 'activeDeadlineSeconds': 60"))
                .hasMessageContaining("exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1");
    }

    @Test
    void a_quota_also_holds_against_what_grows_later() {
        quota("'services.nodeports': '1', 'services.loadbalancers': '0', 'requests.storage': '2Gi'");
        claim("c", "standard", "1Gi");
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 's', 'namespace': 'default'},
                 'spec': {'ports': [{'name': 'a', 'port': 80}, {'name': 'b', 'port': 81}]}}""");

        assertThatThrownBy(() -> change("services", "s", "", spec -> spec.put("type", "NodePort")))
                .hasMessageContaining("exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0,"
                        + " limited: services.nodeports=1");
        assertThatThrownBy(() -> change("services", "s", "", spec -> spec.put("type", "LoadBalancer")))
                .hasMessageContaining("services.loadbalancers=1");
        change("services", "s", "", spec -> spec.put("sessionAffinity", "ClientIP"));
        change("persistentvolumeclaims", "c", "", spec -> request(spec, "1536Mi"));
        assertThatThrownBy(() -> change("persistentvolumeclaims", "c", "", spec -> request(spec, "3Gi")))
                .hasMessageContaining("exceeded quota: q, requested: requests.storage=1536Mi, used:"
                        + " requests.storage=1536Mi, limited: requests.storage=2Gi");
    }

    @Test
    void a_quota_holds_against_the_resizing_of_pods() {
        quota("'requests.cpu': '1'");
        pod("p", "'requests': {'cpu': '600m'}, 'limits': {'cpu': '4'}", "");

        change("pods", "p", "resize", spec -> cpu(spec, "900m"));

        assertThatThrownBy(() -> change("pods", "p", "resize", spec -> cpu(spec, "1100m")))
                .hasMessageContaining("exceeded quota: q, requested: requests.cpu=200m, used: requests.cpu=900m,"
                        + " limited: requests.cpu=1");
        change("pods", "p", "resize", spec -> cpu(spec, "100m"));
        pod("other", "'requests': {'cpu': '900m'}", "");
    }

    @Test
    void what_is_deleted_ended_or_refused_later_no_longer_counts() {
        quota("'pods': '1', 'count/configmaps': '2'");
        pod("a", "", "");
        assertThatThrownBy(() -> pod("b", "", "")).hasMessageContaining("pods=1");
        cluster.cluster().modify(key("pods", "a"), "status", live -> {
            Trees.ensure(live, "status").put("phase", "Succeeded");
            return live;
        });
        pod("c", "", "");
        cluster.delete("pods", "default", "c", "Background");
        pod("d", "", "");

        assertThatThrownBy(() -> configMap("refused")).hasMessageContaining("refused late");
        configMap("accepted");
    }

    @Test
    void a_write_costs_the_same_however_much_the_namespace_holds() {
        quota("'count/configmaps': '100', 'pods': '100'");
        configMap("first");
        var looks = new AtomicInteger();
        cluster.store().whenLookedAt(resource -> {
            if (!resource.equals(QuotaLedger.QUOTAS)) {
                looks.incrementAndGet();
            }
        });

        IntStream.range(0, 20).forEach(i -> configMap("m" + i));

        assertThat(looks).hasValue(0);
        assertThat(ledger.used(cluster.get("resourcequotas", "default", "q")))
                .hasToString("{count/configmaps=22, pods=0}");
    }

    @Test
    void a_quota_that_changes_is_counted_anew() {
        quota("'count/configmaps': '100'");
        configMap("a");
        change(
                "resourcequotas",
                "q",
                "",
                spec -> spec.putObject("hard").put("secrets", "5").put("configmaps", "2"));

        assertThat(ledger.used(cluster.get("resourcequotas", "default", "q"))).hasToString("{configmaps=2, secrets=0}");
        assertThatThrownBy(() -> configMap("b")).hasMessageContaining("used: configmaps=2, limited: configmaps=2");
    }

    private void configMap(String name) {
        cluster.create("{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': '%s', 'namespace': 'default'}}"
                .formatted(name));
    }

    private static ObjectKey key(String plural, String name) {
        return new ObjectKey(TestCluster.resource(plural), "default", name);
    }

    private void change(String plural, String name, String subresource, Consumer<ObjectNode> change) {
        cluster.cluster().modify(key(plural, name), subresource, live -> {
            change.accept(Trees.ensure(live, "spec"));
            return live;
        });
    }

    private static void request(ObjectNode spec, String size) {
        Trees.ensure(spec, "resources", "requests").put("storage", size);
    }

    private static void cpu(ObjectNode spec, String amount) {
        Trees.ensure((ObjectNode) spec.at("/containers/0"), "resources", "requests")
                .put("cpu", amount);
    }

    @Test
    void a_quota_holds_against_many_writers() {
        quota("'count/configmaps': '10'");

        long created = IntStream.range(0, 50)
                .parallel()
                .filter(i -> {
                    try {
                        cluster.create("""
                                {'apiVersion': 'v1', 'kind': 'ConfigMap',
                                 'metadata': {'name': 'c%d', 'namespace': 'default'}}""".formatted(i));
                        return true;
                    } catch (ApiException e) {
                        return false;
                    }
                })
                .count();

        // one is the root certificate that every namespace holds
        assertThat(created).isEqualTo(9);
    }

    @Test
    void a_claim_gets_the_default_class_and_is_protected() {
        var claim = cluster.create("""
                {'apiVersion': 'v1', 'kind': 'PersistentVolumeClaim', 'metadata': {'name': 'c', 'namespace': 'default'},
                 'spec': {'accessModes': ['ReadWriteOnce'], 'resources': {'requests': {'storage': '1Gi'}}}}""");

        assertThat(Trees.text(claim, "spec", "storageClassName")).isEqualTo("local-sim");
        assertThat(Trees.items(Trees.at(claim, "metadata", "finalizers")))
                .containsExactly("kubernetes.io/pvc-protection");
    }

    @Test
    void an_ingress_gets_the_newest_of_the_default_classes_unless_it_names_one() {
        assertThat(ingress("none", "", "").path("spec").has("ingressClassName")).isFalse();
        ingressClass("one");
        ingressClass("another");

        var old = "'annotations': {'kubernetes.io/ingress.class': 'x'}";
        assertThat(ingress("a", "", "").at("/spec/ingressClassName").asText()).isEqualTo("another");
        assertThat(ingress("b", old, "").path("spec").has("ingressClassName")).isFalse();
        assertThat(ingress("c", old, "'ingressClassName': 'x',")
                        .at("/spec/ingressClassName")
                        .asText())
                .isEqualTo("x");
        assertThatThrownBy(() -> ingress("d", old, "'ingressClassName': 'y',"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessageContaining("annotations.kubernetes.io/ingress.class: Invalid value: \"x\": must match"
                        + " `ingressClassName` when both are specified");
    }

    private void ingressClass(String name) {
        cluster.create("""
                {'apiVersion': 'networking.k8s.io/v1', 'kind': 'IngressClass', 'metadata': {'name': '%s',
                 'annotations': {'ingressclass.kubernetes.io/is-default-class': 'true'}},
                 'spec': {'controller': 'x.io/c'}}""".formatted(name));
    }

    private ObjectNode ingress(String name, String metadata, String spec) {
        return cluster.create("""
                {'apiVersion': 'networking.k8s.io/v1', 'kind': 'Ingress', 'metadata': {%s 'name': '%s',
                 'namespace': 'default'}, 'spec': {%s 'defaultBackend':
                 {'service': {'name': 's', 'port': {'number': 80}}}}}""".formatted(metadata.isEmpty() ? "" : metadata + ",", name, spec));
    }

    @Test
    void other_kinds_pass_unchanged() {
        var map = cluster.create(
                "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'm', 'namespace': 'default'}}");
        assertThat(map.has("spec")).isFalse();
    }
}
