package io.luban.apiserver.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.model.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestInfoResolverTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "GET|/api/v1/nodes|true|list|/v1||||nodes|Cluster",
                "GET|/api/v1/namespaces/ns1|true|get|/v1|||ns1|namespaces/ns1|Namespace",
                "PUT|/api/v1/namespaces/ns1/status|true|update|/v1|||ns1|namespaces/ns1/status|Namespace",
                "GET|/api/v1/namespaces/ns1/pods/p1/log|true|get|/v1|||ns1|pods/p1/log|Namespace",
                "POST|/api/v1/namespaces/ns1/pods/p1/exec|true|create|/v1|||ns1|pods/p1/exec|Namespace",
                "DELETE|/api/v1/namespaces/ns1/pods|true|deletecollection|/v1|||ns1|pods|Namespace",
                "GET|/api/v1/pods?watch=true|true|watch|/v1||||pods|Cluster",
                "GET|/api/v1/pods?watch=0|true|list|/v1||||pods|Cluster",
                "GET|/api/v1/pods?watch|true|watch|/v1||||pods|Cluster",
                "GET|/api/v1/pods?fieldSelector=metadata.name=p1|true|list|/v1||||pods/p1|Cluster",
                "GET|/api/v1/watch/namespaces/ns1/pods|true|watch|/v1|||ns1|pods|Namespace",
                "GET|/api/v1/watch/namespaces?labelSelector=kubesphere.io/workspace=ws1|true|watch|/v1||ws1||namespaces|Workspace",
                "GET|/api/v1/proxy/nodes/n1|true|proxy|/v1||||nodes/n1|Cluster",
                "GET|/kapis/iam.kubesphere.io/v1beta1/users|false|list|iam.kubesphere.io/v1beta1||||users|Global",
                "PUT|/kapis/iam.kubesphere.io/v1beta1/users/admin/password|false|update|iam.kubesphere.io/v1beta1||||users/admin/password|Global",
                "GET|/kapis/tenant.kubesphere.io/v1beta1/workspaces|false|list|tenant.kubesphere.io/v1beta1||||workspaces|Global",
                "GET|/kapis/tenant.kubesphere.io/v1beta1/workspaces/ws1|false|get|tenant.kubesphere.io/v1beta1||ws1||workspaces/ws1|Workspace",
                "GET|/kapis/a.io/v1/workspaces/ws1/namespaces|false|list|a.io/v1||ws1||namespaces|Workspace",
                "GET|/kapis/a.io/v1/workspaces/ws1/namespaces/ns1|false|get|a.io/v1||ws1|ns1|namespaces/ns1|Namespace",
                "GET|/kapis/tenant.kubesphere.io/v1beta1/workspacetemplates|false|list|tenant.kubesphere.io/v1beta1||||workspacetemplates|Cluster",
                "GET|/kapis/tenant.kubesphere.io/v1beta1/workspacetemplates/ws1|false|get|tenant.kubesphere.io/v1beta1||ws1||workspacetemplates/ws1|Workspace",
                "PATCH|/kapis/iam.kubesphere.io/v1beta1/workspaces/ws1/workspacemembers/u1|false|patch|iam.kubesphere.io/v1beta1||ws1||workspacemembers/u1|Workspace",
                "GET|/apis/cluster.kubesphere.io/v1alpha1/clusters/c1|true|get|cluster.kubesphere.io/v1alpha1||||clusters/c1|Global",
                "OPTIONS|/kapis/iam.kubesphere.io/v1beta1/users|false||iam.kubesphere.io/v1beta1||||users|Global",
                "GET|/clusters/c1/api/v1/nodes|true|list|/v1|c1|||nodes|Cluster",
                "GET|/api/clusters/c1/v1/nodes|true|list|/v1|c1|||nodes|Cluster",
                "GET|/kapis/clusters/c1/resources.kubesphere.io/v1alpha3/nodes|false|list|resources.kubesphere.io/v1alpha3|c1|||nodes|Cluster",
                "GET|/kapi/v1/foos/f1|false|get|/v1||||foos/f1|Cluster",
            })
    void reads_resource_requests(
            String method,
            String target,
            boolean kubernetes,
            String verb,
            String groupVersion,
            String cluster,
            String workspace,
            String namespace,
            String resource,
            String scope) {
        var info = resolve(method, target);

        assertThat(info.isResourceRequest()).isTrue();
        assertThat(info.isKubernetesRequest()).isEqualTo(kubernetes);
        assertThat(info.verb()).isEqualTo(text(verb));
        assertThat(info.apiGroup() + "/" + info.apiVersion()).isEqualTo(groupVersion);
        assertThat(info.cluster()).isEqualTo(text(cluster));
        assertThat(info.workspace()).isEqualTo(text(workspace));
        assertThat(info.namespace()).isEqualTo(text(namespace));
        assertThat(resource(info)).isEqualTo(resource);
        assertThat(info.scope()).isEqualTo(scope);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/api|true||/api",
                "GET|/api/v1|true||/api/v1",
                "GET|/apis|true||/apis",
                "GET|/apis/apps|true||/apis/apps",
                "GET|/apis/apps/v1|true||/apis/apps/v1",
                "GET|/kapis/version|false||/kapis/version",
                "GET|/kapis/iam.kubesphere.io/v1beta1|false||/kapis/iam.kubesphere.io/v1beta1",
                "GET|/clusters/c1/apis|true|c1|/apis",
                "GET|/clusters/c1/api|true|c1|/api",
                "GET|/clusters/c1/api/v1|true|c1|/api/v1",
                "GET|/api/clusters/c1|true|c1|/api",
                "GET|/apis/clusters/c1|true|c1|/apis",
                "GET|/kapis/clusters/c1|false|c1|/kapis",
                "GET|/clusters/c1/version|false|c1|/version",
                "GET|/clusters/c1|false||/clusters/c1",
                "GET|/proxy/grafana/d/x|false||/proxy/grafana/d/x",
                "GET|/dist/a/index.js|false||/dist/a/index.js",
                "POST|/oauth/token|false||/oauth/token",
                "GET|/foo/bar|false||/foo/bar",
                "POST|/kapis/foo/bar/|false||/kapis/foo/bar/",
            })
    void reads_requests_that_are_no_resources(
            String method, String target, boolean kubernetes, String cluster, String path) {
        var info = resolve(method, target);

        assertThat(info.isResourceRequest()).isFalse();
        assertThat(info.isKubernetesRequest()).isEqualTo(kubernetes);
        assertThat(info.verb()).isEqualTo(method);
        assertThat(info.cluster()).isEqualTo(text(cluster));
        assertThat(info.path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/watch",
                "/api/v1/proxy",
                "/proxy/../api/v1/nodes",
                "/proxy/%2e%2e/x",
                "/a/./b",
                "/a%00b",
                "/a%zzb",
                "/api/v1/pods?watch=1&labelSelector=a%3Db&labelSelector=kubesphere.io/workspace%3Dx"
            })
    void refuses_what_cannot_be_read(String target) {
        assertThatThrownBy(() -> resolve("GET", target))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/clusters//api/v1/pods", "/clusters//version", "/kapis/clusters//x.io/v1/things"})
    void a_cluster_without_a_name_does_not_exist(String target) {
        assertThatThrownBy(() -> resolve("GET", target))
                .hasMessage("cluster \"\" not exists")
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @Test
    void takes_only_an_equality_as_the_workspace_of_a_watch() {
        var info = resolve("GET", "/api/v1/namespaces?watch=1&labelSelector=kubesphere.io/workspace+in+(a,b)");

        assertThat(info.workspace()).isEmpty();
        assertThat(info.scope()).isEqualTo("Cluster");
    }

    private static RequestInfo resolve(String method, String target) {
        return RequestInfoResolver.resolve(LocalRequest.of(method, target, Headers.EMPTY));
    }

    private static String resource(RequestInfo info) {
        var text = info.resource();
        text += info.name().isEmpty() ? "" : "/" + info.name();
        return text + (info.subresource().isEmpty() ? "" : "/" + info.subresource());
    }

    private static String text(String cell) {
        return cell == null ? "" : cell;
    }
}
