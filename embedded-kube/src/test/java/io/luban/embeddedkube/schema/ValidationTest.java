package io.luban.embeddedkube.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationTest {
    private static final String DEPLOYMENT = """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"n"},
             "spec":{"selector":{"matchLabels":{"app":"%s"}},"template":{"metadata":{"labels":{"app":"d"}},
             "spec":{"containers":[%s]}}}}""";

    private final SchemaLibrary library = SchemaLibrary.load();

    @Test
    void a_good_object_has_no_problems() {
        assertThat(problems(DEPLOYMENT.formatted("d", "{\"name\":\"a\",\"image\":\"a:1\"}")))
                .isEmpty();
    }

    @Test
    void the_selector_must_match_the_template() {
        assertThat(problems(DEPLOYMENT.formatted("zz", "{\"name\":\"a\",\"image\":\"a:1\"}")))
                .containsExactly("spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"d\"}:"
                        + " `selector` does not match template `labels`");
    }

    @Test
    void a_pod_needs_a_container() {
        assertThat(problems("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[]}}""")).containsExactly("spec.containers: Required value");
    }

    @Test
    void every_problem_of_a_container_is_named() {
        assertThat(problems(DEPLOYMENT.formatted("d", """
                {"name":"a","ports":[{}],"imagePullPolicy":"Sometimes",
                 "volumeMounts":[{"name":"v","mountPath":"/a"},{"name":"v","mountPath":"/a"}],
                 "resources":{"requests":{"cpu":"2"},"limits":{"cpu":"1"}}},
                {"name":"a","image":"b","env":[{"value":"x"}]}""")))
                .containsExactlyInAnyOrder(
                        "spec.template.spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported"
                                + " values: \"Always\", \"IfNotPresent\", \"Never\"",
                        "spec.template.spec.containers[0].image: Required value",
                        "spec.template.spec.containers[0].ports[0].containerPort: Required value",
                        "spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"v\"",
                        "spec.template.spec.containers[0].volumeMounts[1].name: Not found: \"v\"",
                        "spec.template.spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/a\": must be"
                                + " unique",
                        "spec.template.spec.containers[0].resources.requests: Invalid value: \"2\": must be less than"
                                + " or equal to cpu limit of 1",
                        "spec.template.spec.containers[1].name: Duplicate value: \"a\"",
                        "spec.template.spec.containers[1].env[0].name: Required value");
    }

    @Test
    void services_need_ports_within_range() {
        assertThat(problems("""
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{}}""")).containsExactly("spec.ports: Required value");
        assertThat(problems("""
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"ports":[{"port":70000}]}}"""))
                .containsExactly(
                        "spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
                        "spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive");
    }

    @Test
    void tls_secrets_need_both_members() {
        assertThat(problems("""
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"type":"kubernetes.io/tls","data":{}}""")).containsExactly("data[tls.crt]: Required value", "data[tls.key]: Required value");
    }

    @Test
    void the_content_of_a_secret_is_never_shown() {
        assertThat(problems("""
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"type":"kubernetes.io/dockerconfigjson",
                 "stringData":{".dockerconfigjson":"hunter2"}}""")).singleElement().asString().doesNotContain("hunter2", "aHVudGVyMg");
    }

    @Test
    void jobs_must_not_restart_their_pods_for_ever() {
        assertThat(problems("""
                {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j","uid":"u"},
                 "spec":{"template":{"spec":{"containers":[{"name":"a","image":"a"}]}}}}"""))
                .containsExactly(
                        "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"* * * * *", "*/5 0-6 1,15 jan-mar mon", "@hourly", "@every 1h"})
    void cron_schedules_in_use_are_understood(String schedule) {
        assertThat(CronSchedule.problem(schedule)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bad               | expected exactly 5 fields, found 1: [bad]
            60 * * * *        | failed to parse field: 60
            * * * * 1-0       | failed to parse field: 1-0
            */0 * * * *       | failed to parse field: */0
            @sometimes        | unrecognized descriptor: @sometimes
            TZ=UTC * * * * *  | cannot use TZ or CRON_TZ in schedule, use timeZone field instead
            """)
    void cron_schedules_that_mean_nothing_are_refused(String schedule, String problem) {
        assertThat(CronSchedule.problem(schedule)).contains(problem);
    }

    @Test
    void rules_of_roles_must_grant_something_to_something() {
        assertThat(problems("""
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r"},
                 "rules":[{"resources":["pods"]},{"verbs":["get"],"nonResourceURLs":["/x"]}]}"""))
                .containsExactly(
                        "rules[0].verbs: Required value: verbs must contain at least one value",
                        "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
                        "rules[1].nonResourceURLs: Invalid value: []string{\"/x\"}: namespaced rules cannot apply to"
                                + " non-resource URLs");
    }

    @Test
    void a_registered_api_says_where_it_is_and_whom_it_trusts() {
        assertThat(problems("""
                {"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.b"},
                 "spec":{"group":"B_","version":"1v","groupPriorityMinimum":20001,"versionPriority":0,
                  "insecureSkipTLSVerify":true,"caBundle":"QUJD","service":{"name":"s","port":70000}}}"""))
                .contains(
                        "metadata.name: Invalid value: \"v1.b\": must be `spec.version+\".\"+spec.group`: \"1v.B_\"",
                        "spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000",
                        "spec.versionPriority: Invalid value: 0: must be positive and less than 1000",
                        "spec.service.namespace: Required value",
                        "spec.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535,"
                                + " inclusive",
                        "spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present")
                .anyMatch(text -> text.startsWith("spec.group: Invalid value: \"B_\": a lowercase RFC 1123 subdomain"))
                .anyMatch(text -> text.startsWith("spec.version: Invalid value: \"1v\": a DNS-1035 label"));
        assertThat(problems("""
                {"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v2."},
                 "spec":{"version":"v2","groupPriorityMinimum":1,"versionPriority":1,
                  "insecureSkipTLSVerify":true,"caBundle":"QUJD"}}"""))
                .containsExactlyInAnyOrder(
                        "spec.group: Required value: only v1 may have an empty group and it better be legacy kube",
                        "spec.caBundle: Invalid value: \"3 bytes\": local APIServices may not have a caBundle",
                        "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have"
                                + " insecureSkipTLSVerify");
    }

    @Test
    void ingress_paths_need_a_type() {
        assertThat(problems("""
                {"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"i"},"spec":{"rules":[{"http":
                 {"paths":[{"path":"/","backend":{"service":{"name":"s","port":{"number":80}}}}]}}]}}"""))
                .containsExactly("spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified");
    }

    @Test
    void a_config_map_that_is_too_large_is_named_as_a_whole() {
        var map =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"},\"data\":{\"a\":\"%s\"}}";

        assertThat(problems(map.formatted("x".repeat(1_048_577))))
                .containsExactly("[]: Too long: may not be more than 1048576 bytes");
        assertThat(problems(map.formatted("x".repeat(1_048_575)))).isEmpty();
    }

    @Test
    void the_type_of_a_secret_never_changes() {
        assertThat(changes("""
                        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}}""", """
                        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"type":"other"}""")).containsExactly("type: Invalid value: \"other\": field is immutable");
    }

    @Test
    void immutable_data_stays() {
        assertThat(changes("""
                        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"1"},"immutable":true}""", """
                        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"2"}}"""))
                .containsExactly(
                        "immutable: Forbidden: field is immutable when `immutable` is set",
                        "data: Forbidden: field is immutable when `immutable` is set");
    }

    @Test
    void selectors_of_deployments_stay() {
        var container = "{\"name\":\"a\",\"image\":\"a:1\"}";

        assertThat(changes(DEPLOYMENT.formatted("d", container), DEPLOYMENT.formatted("e", container)))
                .containsExactly(
                        "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"e\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable");
        assertThat(changes(DEPLOYMENT.formatted("d", container), DEPLOYMENT.formatted("d", container)))
                .isEmpty();
    }

    @Test
    void a_pod_may_get_another_image_but_no_other_command() {
        var pod = """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},
                 "spec":{"containers":[{"name":"a","image":"%s","command":["%s"]}]}}""";

        assertThat(changes(pod.formatted("a:1", "run"), pod.formatted("a:2", "run")))
                .isEmpty();
        assertThat(changes(pod.formatted("a:1", "run"), pod.formatted("a:1", "walk")))
                .singleElement()
                .asString()
                .startsWith("spec: Forbidden: pod updates may not change fields other than");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "activeDeadlineSeconds":60 | "activeDeadlineSeconds":50 | ''
            "activeDeadlineSeconds":60 | "activeDeadlineSeconds":70 | spec.activeDeadlineSeconds: Invalid value: 70: must be less than or equal to previous value
            "activeDeadlineSeconds":60 | "hostNetwork":false        | spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value
            "tolerations":[{"key":"a","operator":"Exists","tolerationSeconds":5}] | "tolerations":[{"key":"a","operator":"Exists","tolerationSeconds":9},{"key":"b"}] | ''
            "tolerations":[{"key":"a"}] | "tolerations":[{"key":"b"}] | spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds
            "schedulingGates":[{"name":"a"}] | "nodeSelector":{"zone":"1"} | ''
            "schedulingGates":[{"name":"a"}],"nodeSelector":{"zone":"1"} | "schedulingGates":[{"name":"a"}],"nodeSelector":{"zone":"2"} | spec.nodeSelector: Invalid value: {"zone":"2"}: only additions are allowed to the nodeSelector of a pod with scheduling gates
            "hostNetwork":false | "schedulingGates":[{"name":"b"}] | spec.schedulingGates: Forbidden: only deletion is allowed, but found new scheduling gate 'b'
            """)
    void single_members_of_a_pod_change_by_rules_of_their_own(String before, String after, String problem) {
        var pod = """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},
                 "spec":{%s,"containers":[{"name":"a","image":"i"}]}}""";

        var found = changes(pod.formatted(before), pod.formatted(after));

        assertThat(found).isEqualTo(problem.isEmpty() ? List.of() : List.of(problem));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            apps/v1, StatefulSet       | spec.serviceName | "a"  | "b" | spec: Forbidden: updates to statefulset spec for fields other than
            apps/v1, StatefulSet       | spec.replicas    | 1    | 2   | ''
            batch/v1, Job              | spec.template.spec.restartPolicy | "Never" | "OnFailure" | spec.template: Invalid value
            batch/v1, Job              | spec.completions | 1    | 2   | spec.completions: Invalid value: 2: field is immutable
            batch/v1, Job              | spec.suspend     | true | false | ''
            batch/v1, Job              | spec.parallelism | 1    | 2   | ''
            v1, PersistentVolume       | spec.hostPath.path | "/a" | "/b" | spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation
            v1, PersistentVolume       | spec.storageClassName | "a" | "b" | ''
            storage.k8s.io/v1, StorageClass | provisioner | "a/b" | "a/c" | provisioner: Forbidden: updates to provisioner are forbidden.
            storage.k8s.io/v1, StorageClass | parameters.type | "a" | "b" | parameters: Forbidden: updates to parameters are forbidden.
            storage.k8s.io/v1, StorageClass | reclaimPolicy | "Delete" | "Retain" | reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.
            storage.k8s.io/v1, StorageClass | volumeBindingMode | "Immediate" | "WaitForFirstConsumer" | volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable
            storage.k8s.io/v1, StorageClass | allowVolumeExpansion | false | true | ''
            scheduling.k8s.io/v1, PriorityClass | value | 1 | 2 | value: Forbidden: may not be changed in an update.
            scheduling.k8s.io/v1, PriorityClass | description | "a" | "b" | ''
            networking.k8s.io/v1, IngressClass | spec.controller | "a.b/c" | "a.b/d" | spec.controller: Invalid value: "a.b/d": field is immutable
            node.k8s.io/v1, RuntimeClass | handler | "a" | "b" | handler: Invalid value: "b": field is immutable
            discovery.k8s.io/v1, EndpointSlice | addressType | "IPv4" | "IPv6" | addressType: Invalid value: "IPv6": field is immutable
            """)
    void what_is_settled_once_stays(String kind, String path, String before, String after, String problem) {
        var found = changes(objectWith(kind, path, before), objectWith(kind, path, after));

        if (problem.isEmpty()) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).singleElement().asString().startsWith(problem);
        }
    }

    @Test
    void the_template_of_a_suspended_job_may_change() {
        var job = objectWith("batch/v1, Job", "spec.suspend", "true");

        assertThat(changes(job, job.replace("a:1", "a:2"))).isEmpty();
        assertThat(changes(job.replace("\"suspend\":true", "\"suspend\":false"), job.replace("a:1", "a:2")))
                .singleElement()
                .asString()
                .startsWith("spec.template: Invalid value");
    }

    /** An object of the kind whose member at the dotted path has the value. */
    private static String objectWith(String apiVersionAndKind, String path, String value) {
        var kind = apiVersionAndKind.split(", ", 2);
        var object = Json.object().put("apiVersion", kind[0]).put("kind", kind[1]);
        object.putObject("metadata").put("name", "o");
        if (kind[0].equals("apps/v1") || kind[0].equals("batch/v1")) {
            var template = object.putObject("spec").putObject("template").putObject("spec");
            template.put("restartPolicy", kind[0].equals("batch/v1") ? "Never" : "Always");
            template.putArray("containers").addObject().put("name", "a").put("image", "a:1");
        }
        var names = List.of(path.split("\\.", -1));
        var parent = object;
        for (var name : names.subList(0, names.size() - 1)) {
            parent = parent.withObjectProperty(name);
        }
        parent.set(names.getLast(), Json.parse(value));
        return Json.text(object);
    }

    @ParameterizedTest
    @CsvSource({"controller-uid", "batch.kubernetes.io/controller-uid", "job-name", "batch.kubernetes.io/job-name"})
    void a_job_does_not_bring_the_labels_of_another_unless_it_selects_by_hand(String label) {
        var job = """
                {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j","uid":"u1"},"spec":{%s
                 "template":{"metadata":{"labels":{"%s":"foreign"}},
                 "spec":{"restartPolicy":"Never","containers":[{"name":"a","image":"i"}]}}}}""";

        assertThat(problems(job.formatted("", label)))
                .singleElement()
                .asString()
                .startsWith("spec.template.metadata.labels[%s]: Invalid value: map[string]string{".formatted(label))
                .endsWith("must be '%s'".formatted(label.endsWith("uid") ? "u1" : "j"));
        assertThat(problems(job.formatted(
                        "\"manualSelector\":true,\"selector\":{\"matchLabels\":{\"%s\":\"foreign\"}},".formatted(label),
                        label)))
                .isEmpty();
        assertThat(problems(job.formatted("", "app"))).isEmpty();
    }

    @Test
    void claims_may_grow_and_be_bound_but_not_shrink() {
        var claim = """
                {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"p"},"spec":{%s
                 "accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"%s"}}}}""";
        var small = claim.formatted("", "1Gi");
        var bound = claim.formatted("\"volumeName\":\"v\",", "2Gi");

        assertThat(changes(small, bound)).isEmpty();
        assertThat(changes(bound, small)).hasSize(2);
    }

    private List<String> problems(String json) {
        var object = completed(json);
        return rules(object).validate(object).stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }

    private List<String> changes(String old, String changed) {
        var object = completed(changed);
        return rules(object).validateUpdate(object, completed(old)).stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }

    private ObjectNode completed(String json) {
        var object = Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
        rules(object).canonicalize(object, unknown -> {
            throw new AssertionError("unknown member " + unknown);
        });
        rules(object).setDefaults(object);
        return object;
    }

    private KindRules rules(ObjectNode object) {
        return BuiltInRules.of(
                library,
                GroupVersionKind.of(
                        object.path("apiVersion").asText(), object.path("kind").asText()));
    }
}
