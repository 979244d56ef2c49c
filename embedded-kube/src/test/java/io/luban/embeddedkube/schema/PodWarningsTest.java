package io.luban.embeddedkube.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import org.junit.jupiter.api.Test;

class PodWarningsTest {
    @Test
    void what_hides_or_repeats_something_is_told() {
        var deployment = (ObjectNode) Json.parse("""
                {"metadata":{"name":"a.b"},"spec":{"template":{"spec":{
                  "nodeSelector":{"beta.kubernetes.io/os":"linux"},
                  "containers":[{"name":"c",
                    "env":[{"name":"A","value":"1"},{"name":"A","value":"2"},{"name":"A","value":"$(A)3"}],
                    "ports":[{"containerPort":80},{"containerPort":80},{"containerPort":80,"protocol":"UDP"}]}]}}}}""");

        assertThat(PodWarnings.of("Deployment", deployment))
                .containsExactly(
                        "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior;"
                                + " a DNS label is recommended: [must not contain dots]",
                        "spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use"
                                + " \"kubernetes.io/os\" instead",
                        "spec.template.spec.containers[0].env[1]: hides previous definition of \"A\", which may be"
                                + " dropped when using apply",
                        "spec.template.spec.containers[0].ports[1]: duplicate port definition with"
                                + " spec.template.spec.containers[0].ports[0]");
    }

    @Test
    void other_kinds_give_no_reason_to_warn() {
        assertThat(PodWarnings.of("ConfigMap", Json.object())).isEmpty();
    }
}
