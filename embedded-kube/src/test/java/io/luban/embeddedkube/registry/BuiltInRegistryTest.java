package io.luban.embeddedkube.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.GroupResource;
import java.util.LinkedHashSet;
import org.junit.jupiter.api.Test;

class BuiltInRegistryTest {
    private final BuiltInRegistry registry = BuiltInRegistry.of(SchemaLibrary.load());

    @Test
    void every_kind_has_a_type_with_metadata() {
        assertThat(registry.all()).hasSizeGreaterThan(60).allSatisfy(type -> {
            var schema = (Schema.Struct) type.schema();
            assertThat(schema.fields()).containsKeys("apiVersion", "kind", "metadata");
            assertThat(schema.typeName()).endsWith("." + type.names().kind());
            assertThat(schema.description()).isNotEmpty();
        });
    }

    @Test
    void groups_are_listed_in_order_of_priority() {
        var groups = new LinkedHashSet<String>();
        registry.all().forEach(type -> groups.add(type.kind().group()));

        assertThat(groups)
                .containsExactly(
                        "",
                        "apiregistration.k8s.io",
                        "apps",
                        "events.k8s.io",
                        "authentication.k8s.io",
                        "authorization.k8s.io",
                        "autoscaling",
                        "batch",
                        "certificates.k8s.io",
                        "networking.k8s.io",
                        "policy",
                        "rbac.authorization.k8s.io",
                        "storage.k8s.io",
                        "admissionregistration.k8s.io",
                        "apiextensions.k8s.io",
                        "scheduling.k8s.io",
                        "coordination.k8s.io",
                        "node.k8s.io",
                        "discovery.k8s.io",
                        "flowcontrol.apiserver.k8s.io");
    }

    @Test
    void the_newer_version_of_autoscalers_is_preferred_and_stored_for_both() {
        var resource = new GroupResource("autoscaling", "horizontalpodautoscalers");

        assertThat(registry.preferred(resource).orElseThrow().kind().version()).isEqualTo("v2");
        assertThat(registry.find("autoscaling", "v1", "horizontalpodautoscalers")
                        .orElseThrow()
                        .storage())
                .isEqualTo(resource);
    }

    @Test
    void pods_have_their_foreign_subresources() {
        var pods = registry.find("", "v1", "pods").orElseThrow();

        assertThat(pods.subresource("eviction").orElseThrow().foreignKind().orElseThrow())
                .hasToString("policy/v1, Kind=Eviction");
        assertThat(pods.subresource("log").orElseThrow().verbs()).containsExactly("get");
        assertThat(pods.names().shortNames()).containsExactly("po");
    }

    @Test
    void reviews_are_computed() {
        var review = registry.findKind("authorization.k8s.io", "v1", "SelfSubjectAccessReview")
                .orElseThrow();

        assertThat(review.has(ResourceType.Trait.VIRTUAL)).isTrue();
        assertThat(review.verbs()).containsExactly("create");
    }

    @Test
    void custom_resources_come_after_the_built_in_ones_and_change_the_generation() {
        var mutable = new MutableRegistry(registry);
        long before = mutable.generation();
        var custom = registry.find("apps", "v1", "deployments").orElseThrow();

        mutable.replaceCustom(java.util.List.of(custom));

        assertThat(mutable.generation()).isGreaterThan(before);
        assertThat(mutable.all()).hasSize(registry.all().size() + 1);
        assertThat(mutable.all().getLast()).isSameAs(custom);
    }
}
