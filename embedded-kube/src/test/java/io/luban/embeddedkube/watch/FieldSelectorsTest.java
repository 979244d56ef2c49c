package io.luban.embeddedkube.watch;

import static io.luban.embeddedkube.watch.Cluster.body;
import static io.luban.embeddedkube.watch.Cluster.names;
import static io.luban.embeddedkube.watch.Cluster.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.registry.ResourceType;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldSelectorsTest {
    @TempDir
    static Path directory;

    private static Cluster cluster;
    private static int count;

    @BeforeAll
    static void start() {
        cluster = new Cluster(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pods     | spec.nodeName=n1 | {'spec':{'nodeName':'n1'}} | {'spec':{'nodeName':'n2'}}
            pods     | spec.nodeName=   | {'spec':{}}                | {'spec':{'nodeName':'n2'}}
            pods     | spec.restartPolicy=Never | {'spec':{'restartPolicy':'Never'}} | {'spec':{'restartPolicy':'Always'}}
            pods     | spec.schedulerName=s     | {'spec':{'schedulerName':'s'}}     | {'spec':{'schedulerName':'t'}}
            pods     | spec.serviceAccountName=a | {'spec':{'serviceAccountName':'a'}} | {'spec':{'serviceAccountName':'b'}}
            pods     | spec.hostNetwork=true    | {'spec':{'hostNetwork':true}}      | {'spec':{}}
            pods     | spec.hostNetwork=false   | {'spec':{}}                        | {'spec':{'hostNetwork':true}}
            pods     | status.phase!=Running    | {'status':{'phase':'Failed'}}      | {'status':{'phase':'Running'}}
            pods     | status.podIP=10.0.0.1    | {'status':{'podIP':'10.0.0.1'}}    | {'status':{'podIP':'10.0.0.2'}}
            pods     | status.podIPs=10.0.0.1   | {'status':{'podIPs':[{'ip':'10.0.0.1'}]}} | {'status':{'podIPs':[{'ip':'10.0.0.2'}]}}
            pods     | status.nominatedNodeName=n1 | {'status':{'nominatedNodeName':'n1'}} | {'status':{}}
            secrets  | type=Opaque | {'type':'Opaque'} | {'type':'kubernetes.io/tls'}
            services | spec.type=NodePort,spec.clusterIP!=None | {'spec':{'type':'NodePort','clusterIP':'10.96.0.9'}} | {'spec':{'type':'NodePort','clusterIP':'None'}}
            replicationcontrollers | status.replicas=0 | {'status':{}} | {'status':{'replicas':1}}
            replicationcontrollers | status.replicas=1 | {'status':{'replicas':1}} | {'status':{}}
            events   | involvedObject.kind=Pod | {'involvedObject':{'kind':'Pod'}} | {'involvedObject':{'kind':'Node'}}
            events   | involvedObject.namespace=n,involvedObject.name=p,involvedObject.uid=u | {'involvedObject':{'namespace':'n','name':'p','uid':'u'}} | {'involvedObject':{'namespace':'n','name':'p','uid':'v'}}
            events   | involvedObject.apiVersion=v1,involvedObject.resourceVersion=7 | {'involvedObject':{'apiVersion':'v1','resourceVersion':'7'}} | {'involvedObject':{'apiVersion':'v1','resourceVersion':'8'}}
            events   | involvedObject.fieldPath=spec.containers{c} | {'involvedObject':{'fieldPath':'spec.containers{c}'}} | {'involvedObject':{}}
            events   | reason=Killing,type=Normal | {'reason':'Killing','type':'Normal'} | {'reason':'Killing','type':'Warning'}
            events   | reason=größer        | {'reason':'größer'} | {'reason':'gr'}
            events   | reason=a"b           | {'reason':'a\\"b'}  | {'reason':'a'}
            events   | source=kubelet | {'source':{'component':'kubelet'}} | {'source':{'component':'other'}}
            events   | source=kubelet | {'reportingComponent':'kubelet'} | {'source':{'component':'other'},'reportingComponent':'kubelet'}
            events   | reportingComponent=c | {'reportingComponent':'c'} | {'reportingComponent':'d'}
            events.k8s.io/events | regarding.kind=Pod,regarding.name=p,regarding.namespace=n | {'involvedObject':{'kind':'Pod','name':'p','namespace':'n'}} | {'involvedObject':{'kind':'Pod','name':'q','namespace':'n'}}
            events.k8s.io/events | regarding.uid=u,reportingController=c | {'involvedObject':{'uid':'u'},'reportingComponent':'c'} | {'involvedObject':{'uid':'u'},'reportingComponent':'d'}
            batch/jobs | status.successful=1 | {'status':{'succeeded':1}} | {'status':{}}
            batch/jobs | status.successful=0 | {'status':{}} | {'status':{'succeeded':1}}
            """)
    void every_kind_is_selected_by_fields_of_its_own(String kind, String selector, String wanted, String other) {
        selects(kind, "g" + ++count, selector, wanted, other);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            namespaces | status.phase=Terminating | {'status':{'phase':'Terminating'}} | {'status':{'phase':'Active'}}
            nodes      | spec.unschedulable=true  | {'spec':{'unschedulable':true}}    | {'spec':{}}
            nodes      | spec.unschedulable=false | {'spec':{}}                        | {'spec':{'unschedulable':true}}
            certificates.k8s.io/certificatesigningrequests | spec.signerName=a/b | {'spec':{'signerName':'a/b'}} | {'spec':{'signerName':'a/c'}}
            """)
    void kinds_without_namespaces_as_well(String kind, String selector, String wanted, String other) {
        selects(kind, "", selector, wanted, other);
    }

    private static void selects(String kind, String namespace, String selector, String wanted, String other) {
        int slash = kind.indexOf('/');
        var type = Cluster.REGISTRY
                .find(slash < 0 ? "" : kind.substring(0, slash), "v1", kind.substring(slash + 1))
                .orElseThrow();
        var suffix = Integer.toString(++count);
        put(type, namespace, "wanted" + suffix, wanted);
        put(type, namespace, "other" + suffix, other);

        var list = body(cluster.reader.list(request("fieldSelector", selector), type, namespace, Form.OBJECT));

        assertThat(names(list)).contains("wanted" + suffix).doesNotContain("other" + suffix);
    }

    private static void put(ResourceType type, String namespace, String name, String members) {
        var object = Cluster.configMap(namespace, name);
        object.remove("data");
        object.put("kind", type.kind().kind());
        object.setAll(Json.parseObject(members.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
        cluster.put(type, namespace, object);
    }
}
