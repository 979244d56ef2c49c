package io.luban.embeddedkube.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.operation.VirtualCreate.Endpoint;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.request.Connector;
import io.luban.embeddedkube.service.LocalServices;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.tree.Trees;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectProxiesTest {
    private final TestCluster cluster = new TestCluster();
    private final Connector pods = Objects.requireNonNull(
            ObjectProxies.of(cluster.store(), new ServiceResolver(cluster.store(), new LocalServices(), Map.of()))
                    .get(new Endpoint("", "pods", "proxy")));

    @AfterEach
    void close() {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.8.8",
                "::1",
                "169.254.169.254",
                "fe80::1",
                "0.0.0.0",
                "224.0.0.1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "localhost",
                "255.255.255.255",
                ""
            })
    void the_address_of_a_pod_leads_neither_to_this_machine_nor_to_its_surroundings(String address) {
        pod(address);

        assertThatThrownBy(this::connect).isInstanceOf(ApiException.class).hasMessage("address not allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.244.0.7", "192.168.4.4", "2001:db8::7"})
    void other_addresses_are_called(String address) {
        pod(address);

        assertThat(connect()).isInstanceOf(Reply.Forward.class);
    }

    @Test
    void a_pod_that_nobody_runs_is_not_called() {
        pod("10.244.0.7");
        change(pod -> Trees.ensure(pod, "metadata", "annotations").put("kube.luban.io/simulated", "true"), "");

        assertThatThrownBy(this::connect).hasMessage("simulated pod: no container is running");
    }

    private void pod(String address) {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'p', 'namespace': 'default'},
                 'spec': {'containers': [{'name': 'a', 'image': 'a'}]}}""");
        if (!address.isEmpty()) {
            change(pod -> Trees.ensure(pod, "status").put("podIP", address), "status");
        }
    }

    private void change(
            java.util.function.Consumer<com.fasterxml.jackson.databind.node.ObjectNode> change, String part) {
        var pod = cluster.get("pods", "default", "p");
        cluster.cluster().modify(Cluster.key(TestCluster.resource("pods"), pod), part, live -> {
            change.accept(live);
            return live;
        });
    }

    private Reply connect() {
        var request = LocalRequest.of("GET", "/api/v1/namespaces/default/pods/p/proxy/x", Headers.EMPTY);
        return pods.connect(new Connector.Connection(request, User.SYSTEM, "default", "p", "proxy", "/x"));
    }
}
