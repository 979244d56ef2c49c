package io.luban.embeddedkube.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.BuiltInRegistry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.registry.ResourceType.PrinterColumn;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablesTest {
    private static final BuiltInRegistry REGISTRY = BuiltInRegistry.of(SchemaLibrary.load());
    private static final Instant NOW = Instant.parse("2026-11-21T02:00:00Z");

    private static ObjectNode object(String json) {
        var object = Json.parseObject(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        object.withObjectProperty("metadata").put("name", "x").put("creationTimestamp", "2026-11-21T01:00:00Z");
        return object;
    }

    private static ResourceType type(String group, String version, String plural) {
        return REGISTRY.find(group, version, plural).orElseThrow();
    }

    /** Cells after the name, up to the last one expected. */
    private static void assertCells(ResourceType type, String json, String expected) {
        var cells = Tables.cells(type, object(json), NOW);
        var text = new StringBuilder();
        cells.forEach(cell -> text.append(text.isEmpty() ? "" : " | ").append(cell.asText()));
        assertThat(text.toString()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'spec':{'containers':[{}]},'status':{'phase':'Pending'}} ; 0/1 Pending 0",
                "{'spec':{'containers':[{},{}]},'status':{'phase':'Running','containerStatuses':[{'ready':true,'restartCount':2,'state':{'running':{}}},{'ready':false,'restartCount':0,'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}} ; 1/2 CrashLoopBackOff 2",
                "{'spec':{'containers':[{}]},'status':{'phase':'Succeeded','containerStatuses':[{'state':{'terminated':{'reason':'Completed','exitCode':0}}}]}} ; 0/1 Completed 0",
                "{'spec':{'containers':[{}]},'status':{'phase':'Failed','containerStatuses':[{'state':{'terminated':{'exitCode':3}}}]}} ; 0/1 ExitCode:3 0",
                "{'spec':{'containers':[{}]},'status':{'phase':'Failed','reason':'Evicted'}} ; 0/1 Evicted 0",
                "{'metadata':{'deletionTimestamp':'2026-11-21T01:59:00Z'},'spec':{'containers':[{}]},'status':{'phase':'Running'}} ; 0/1 Terminating 0",
                "{'spec':{'initContainers':[{'name':'i'},{'name':'j'}],'containers':[{}]},'status':{'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'terminated':{'exitCode':0}}},{'name':'j','state':{'running':{}}}]}} ; 0/1 Init:1/2 0",
                "{'spec':{'initContainers':[{'name':'i'}],'containers':[{}]},'status':{'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'waiting':{'reason':'ImagePullBackOff'}}}]}} ; 0/1 Init:ImagePullBackOff 0",
                "{'spec':{'initContainers':[{'name':'s','restartPolicy':'Always'}],'containers':[{}]},'status':{'phase':'Running','initContainerStatuses':[{'name':'s','started':true,'ready':true,'state':{'running':{}}}],'containerStatuses':[{'ready':true,'state':{'running':{}}}]}} ; 2/2 Running 0",
            })
    void tells_what_a_pod_does(String pod, String expected) {
        var cells = Tables.cells(type("", "v1", "pods"), object(pod), NOW);

        assertThat(cells.get(1).asText() + " " + cells.get(2).asText() + " "
                        + cells.get(3).asText())
                .isEqualTo(expected);
    }

    @Test
    void tells_when_a_pod_restarted_and_where_it_runs() {
        assertCells(
                type("", "v1", "pods"),
                "{'spec':{'nodeName':'n1','containers':[{}]},'status':{'phase':'Running','podIP':'10.0.0.1','containerStatuses':[{'ready':true,'restartCount':4,'lastState':{'terminated':{'finishedAt':'2026-11-21T01:55:00Z'}},'state':{'running':{}}}]}}",
                "x | 1/1 | Running | 4 (5m ago) | 60m | 10.0.0.1 | n1 | <none> | <none>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'spec':{'type':'ClusterIP','clusterIP':'10.96.0.1','ports':[{'port':443,'protocol':'TCP'}]}} ; x | ClusterIP | 10.96.0.1 | <none> | 443/TCP | 60m | <none>",
                "{'spec':{'type':'NodePort','clusterIP':'10.96.0.2','selector':{'app':'web'},'ports':[{'port':80,'nodePort':30269,'protocol':'TCP'},{'port':53,'protocol':'UDP'}]}} ; x | NodePort | 10.96.0.2 | <none> | 80:30269/TCP,53/UDP | 60m | app=web",
                "{'spec':{'type':'LoadBalancer','clusterIP':'10.96.0.3','ports':[]}} ; x | LoadBalancer | 10.96.0.3 | <pending> | <none> | 60m | <none>",
                "{'spec':{'type':'LoadBalancer','clusterIP':'10.96.0.3'},'status':{'loadBalancer':{'ingress':[{'hostname':'lb.example'}]}}} ; x | LoadBalancer | 10.96.0.3 | lb.example | <none> | 60m | <none>",
                "{'spec':{'type':'ExternalName','externalName':'db.example'}} ; x | ExternalName | <none> | db.example | <none> | 60m | <none>",
                "{'spec':{'type':'ClusterIP','clusterIP':'None'}} ; x | ClusterIP | None | <none> | <none> | 60m | <none>",
            })
    void tells_how_a_service_is_reached(String service, String expected) {
        assertCells(type("", "v1", "services"), service, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "apps; v1; deployments; {'spec':{'replicas':3,'selector':{'matchLabels':{'app':'w'}},'template':{'spec':{'containers':[{'name':'c','image':'i:1'}]}}},'status':{'readyReplicas':2,'updatedReplicas':3,'availableReplicas':2}} ; x | 2/3 | 3 | 2 | 60m | c | i:1 | app=w",
                "apps; v1; replicasets; {'spec':{'replicas':0,'selector':{}},'status':{}} ; x | 0 | 0 | 0 | 60m | <none> | <none> | <none>",
                "apps; v1; statefulsets; {'spec':{'replicas':1},'status':{'readyReplicas':1}} ; x | 1/1 | 60m | <none> | <none>",
                "batch; v1; jobs; {'spec':{'completions':1},'status':{'startTime':'2026-11-21T01:59:00Z'}} ; x | Running | 0/1 | 60s | 60m | <none> | <none> | <none>",
                "batch; v1; jobs; {'spec':{'completions':2},'status':{'succeeded':2,'startTime':'2026-11-21T01:00:00Z','completionTime':'2026-11-21T01:00:05Z','conditions':[{'type':'Complete','status':'True'}]}} ; x | Complete | 2/2 | 5s | 60m | <none> | <none> | <none>",
                "batch; v1; jobs; {'spec':{},'status':{'conditions':[{'type':'Suspended','status':'True'}]}} ; x | Suspended | 0/1 |  | 60m | <none> | <none> | <none>",
                "batch; v1; cronjobs; {'spec':{'schedule':'* * * * *','suspend':false,'jobTemplate':{}},'status':{'active':[{}],'lastScheduleTime':'2026-11-21T01:59:30Z'}} ; x | * * * * * | <none> | false | 1 | 30s | 60m | <none> | <none> | <none>",
                "autoscaling; v2; horizontalpodautoscalers; {'spec':{'scaleTargetRef':{'kind':'Deployment','name':'w'},'maxReplicas':5,'minReplicas':1,'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'averageUtilization':80}}}]},'status':{'currentReplicas':1}} ; x | Deployment/w | cpu: <unknown>/80% | 1 | 5 | 1 | 60m",
                "policy; v1; poddisruptionbudgets; {'spec':{'minAvailable':'50%'},'status':{'disruptionsAllowed':1}} ; x | 50% | N/A | 1 | 60m",
                "networking.k8s.io; v1; ingresses; {'spec':{'ingressClassName':'n','tls':[{}],'rules':[{'host':'a.b'}]},'status':{'loadBalancer':{'ingress':[{'ip':'1.2.3.4'}]}}} ; x | n | a.b | 1.2.3.4 | 80, 443 | 60m",
                "storage.k8s.io; v1; storageclasses; {'metadata':{'annotations':{'storageclass.kubernetes.io/is-default-class':'true'}},'provisioner':'p'} ; x (default) | p | Delete | <unset> | false | 60m",
                "rbac.authorization.k8s.io; v1; rolebindings; {'roleRef':{'kind':'Role','name':'r'},'subjects':[{'kind':'User','name':'joe'},{'kind':'ServiceAccount','namespace':'n','name':'s'}]} ; x | Role/r | 60m | joe |  | n/s",
                "rbac.authorization.k8s.io; v1; roles; {} ; x | 2026-11-21T01:00:00Z",
                "coordination.k8s.io; v1; leases; {'spec':{'holderIdentity':'me'}} ; x | me | 60m",
                "certificates.k8s.io; v1; certificatesigningrequests; {'spec':{'signerName':'s','username':'u'},'status':{'certificate':'abc','conditions':[{'type':'Approved','status':'True'}]}} ; x | 60m | s | u | <none> | Approved,Issued",
                "discovery.k8s.io; v1; endpointslices; {'addressType':'IPv4','ports':[{'port':80}],'endpoints':[{'addresses':['1.1.1.1']},{'addresses':['2.2.2.2','3.3.3.3','4.4.4.4']}]} ; x | IPv4 | 80 | 1.1.1.1,2.2.2.2,3.3.3.3 + 1 more... | 60m",
                "apiregistration.k8s.io; v1; apiservices; {'spec':{'service':{'namespace':'n','name':'s'}},'status':{'conditions':[{'type':'Available','status':'False','reason':'Gone'}]}} ; x | n/s | False (Gone) | 60m",
                "; v1; nodes; {'metadata':{'labels':{'node-role.kubernetes.io/worker':''}},'spec':{'unschedulable':true},'status':{'nodeInfo':{'kubeletVersion':'v1.33.4'},'addresses':[{'type':'InternalIP','address':'10.0.0.2'}],'conditions':[{'type':'Ready','status':'True'}]}} ; x | Ready,SchedulingDisabled | worker | 60m | v1.33.4 | 10.0.0.2 | <none> | <unknown> | <unknown> | <unknown>",
                "; v1; persistentvolumeclaims; {'spec':{'volumeName':'pv','storageClassName':'std'},'status':{'phase':'Bound','capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce']}} ; x | Bound | pv | 1Gi | RWO | std | <unset> | 60m | Filesystem",
                "; v1; events; {'type':'Normal','reason':'Made','message':'done ','count':3,'involvedObject':{'kind':'Pod','name':'p'},'source':{'component':'kubelet','host':'n1'},'lastTimestamp':'2026-11-21T01:59:00Z','firstTimestamp':'2026-11-21T01:58:00Z'} ; 60s | Normal | Made | pod/p |  | kubelet, n1 | done | 2m | 3 | x",
                "; v1; secrets; {'type':'Opaque','data':{'a':'','b':''}} ; x | Opaque | 2 | 60m",
                "; v1; serviceaccounts; {} ; x | 0 | 60m",
                "; v1; endpoints; {'subsets':[{'addresses':[{'ip':'10.0.0.1'}],'ports':[{'port':6443}]}]} ; x | 10.0.0.1:6443 | 60m",
                "; v1; resourcequotas; {'status':{'hard':{'pods':'10','limits.cpu':'2'},'used':{'pods':'3'}}} ; x | pods: 3/10 | limits.cpu: 0/2 | 60m",
                "; v1; namespaces; {'status':{'phase':'Active'}} ; x | Active | 60m",
            })
    void shows_what_matters_of_every_kind(String group, String version, String plural, String object, String expected) {
        assertCells(type(group == null ? "" : group, version, plural), object, expected);
    }

    @Test
    void every_built_in_type_has_a_cell_for_every_column() {
        for (var type : REGISTRY.all()) {
            var cells = Tables.cells(type, object("{}"), NOW);

            assertThat(cells).as(type.kind().toString()).hasSameSizeAs(Tables.columns(type));
        }
    }

    @Test
    void numbers_and_truth_stay_what_they_are() {
        var cells = Tables.cells(type("batch", "v1", "cronjobs"), object("{'status':{'active':[{},{}]}}"), NOW);

        assertThat(cells.get(3).isBoolean()).isTrue();
        assertThat(cells.get(4).isNumber()).isTrue();
    }

    private static ResourceType custom(PrinterColumn... columns) {
        var base = type("", "v1", "configmaps");
        return new ResourceType(
                base.kind(),
                base.names(),
                true,
                base.verbs(),
                base.subresources(),
                base.storage(),
                true,
                base.traits(),
                base.schema(),
                base.rules(),
                List.of(columns),
                List.of(),
                base.conversion(),
                "");
    }

    @Test
    void custom_columns_follow_their_paths() {
        var type = custom(
                new PrinterColumn("Size", "integer", "", "", 0, ".spec.size"),
                new PrinterColumn("Ready", "string", "", "", 0, ".status.conditions[?(@.type==\"Ready\")].status"),
                new PrinterColumn("Since", "date", "", "", 1, ".status.since"),
                new PrinterColumn("Broken", "string", "", "", 0, ".a["));

        assertThat(Tables.columns(type))
                .extracting(column -> column.path("name").asText())
                .containsExactly("Name", "Size", "Ready", "Since", "Broken");
        assertThat(Tables.cells(
                        type,
                        object(
                                "{'spec':{'size':1},'status':{'since':'2026-11-21T01:59:00Z','conditions':[{'type':'Ready','status':'True'}]}}"),
                        NOW))
                .isEqualTo(Json.parse("[\"x\",1,\"True\",\"60s\",null]"));
        assertThat(Tables.cells(type, object("{'spec':{'size':'big'}}"), NOW))
                .isEqualTo(Json.parse("[\"x\",null,null,null,null]"));
    }

    @Test
    void a_custom_resource_without_columns_shows_name_and_age() {
        assertThat(Tables.cells(custom(), object("{}"), NOW)).isEqualTo(Json.parse("[\"x\",\"60m\"]"));
    }
}
