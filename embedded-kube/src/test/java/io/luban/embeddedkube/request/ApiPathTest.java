package io.luban.embeddedkube.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiPathTest {
    @Test
    void takes_a_namespaced_object_of_a_group_apart() {
        assertThat(ApiPath.parse("/apis/apps/v1/namespaces/ns/deployments/d/scale"))
                .contains(new ApiPath("apps", "v1", false, "ns", "deployments", "d", "scale", ""));
    }

    @Test
    void takes_a_cluster_collection_of_the_core_group_apart() {
        assertThat(ApiPath.parse("/api/v1/nodes")).contains(new ApiPath("", "v1", false, "", "nodes", "", "", ""));
    }

    @Test
    void a_namespace_is_its_own_namespace() {
        assertThat(ApiPath.parse("/api/v1/namespaces/ns"))
                .contains(new ApiPath("", "v1", false, "ns", "namespaces", "ns", "", ""));
        assertThat(ApiPath.parse("/api/v1/namespaces/ns/finalize"))
                .contains(new ApiPath("", "v1", false, "ns", "namespaces", "ns", "finalize", ""));
        assertThat(ApiPath.parse("/api/v1/namespaces"))
                .contains(new ApiPath("", "v1", false, "", "namespaces", "", "", ""));
    }

    @Test
    void the_deprecated_watch_form_is_understood() {
        assertThat(ApiPath.parse("/apis/g.io/v1/watch/namespaces/ns/things/t"))
                .contains(new ApiPath("g.io", "v1", true, "ns", "things", "t", "", ""));
    }

    @Test
    void what_follows_a_subresource_is_kept() {
        assertThat(ApiPath.parse("/api/v1/namespaces/ns/services/http:s:80/proxy/a/b%20c"))
                .contains(new ApiPath("", "v1", false, "ns", "services", "http:s:80", "proxy", "/a/b%20c"));
    }

    @Test
    void segments_are_decoded_once() {
        assertThat(ApiPath.parse("/api/v1/namespaces/ns/roles/a%2B%25b")
                        .orElseThrow()
                        .name())
                .isEqualTo("a+%b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/api", "/api/v1", "/apis", "/apis/apps", "/apis/apps/v1", "/apis/apps/v1/", "/version"})
    void paths_without_a_resource_are_none(String path) {
        assertThat(ApiPath.parse(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/namespaces//pods",
                "/api/v1/namespaces/../pods",
                "/api/v1/namespaces/a%2Fb/pods",
                "/api/v1/namespaces/%2E%2E/pods",
                "/api/v1/pods/%ZZ"
            })
    void tricks_lead_nowhere(String path) {
        assertThatThrownBy(() -> ApiPath.parse(path))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(404));
    }
}
