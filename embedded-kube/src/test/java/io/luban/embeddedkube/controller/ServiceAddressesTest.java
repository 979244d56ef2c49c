package io.luban.embeddedkube.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.bootstrap.NewObjects;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.network.AddressRange;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceAddressesTest {
    private final TestCluster cluster = new TestCluster();
    private final ServiceAddresses addresses =
            new ServiceAddresses(cluster.store(), TestCluster.config().network(), Clock.systemUTC());

    private final AddressObjects objects =
            new AddressObjects(cluster.store(), new NewObjects(Ids.random(), Clock.systemUTC()));

    ServiceAddressesTest() {
        cluster.with((AdmissionPlugin) addresses)
                .with((CommitParticipant) addresses)
                .with(objects);
    }

    @AfterEach
    void close() {
        addresses.close();
        cluster.close();
    }

    private ObjectNode create(String name, String spec) {
        return cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': '%s', 'namespace': 'default'},
                 'spec': {'ports': [{'port': 80}], %s}}""".formatted(name, spec));
    }

    private static String address(ObjectNode service) {
        return Trees.text(service, "spec", "clusterIP");
    }

    @Test
    void every_service_gets_an_address_of_its_own() {
        var seen = ConcurrentHashMap.<String>newKeySet();

        IntStream.range(0, 200).parallel().forEach(i -> seen.add(address(create("s" + i, "'type': 'ClusterIP'"))));

        assertThat(seen).hasSize(200);
        assertThat(seen).allMatch(text -> AddressRange.parse("10.96.0.0/16").contains(AddressRange.address(text)));
    }

    @Test
    void a_wanted_address_is_given_once() {
        create("a", "'clusterIP': '10.96.7.7'");

        assertThatThrownBy(() -> create("b", "'clusterIP': '10.96.7.7'"))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("failed to allocate IP 10.96.7.7: provided IP is already allocated");
        assertThatThrownBy(() -> create("c", "'clusterIP': '192.0.2.1'")).hasMessageContaining("10.96.0.0/16");
    }

    @Test
    void a_rehearsed_or_refused_service_leaves_its_address_and_port_to_others() {
        var wanted = "'type': 'NodePort', 'clusterIP': '10.96.7.9', 'ports': [{'port': 80, 'nodePort': 30123}]";
        var service = """
                {'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': '%s', 'namespace': 'default'},
                 'spec': {%s}}""";
        var type = TestCluster.registry().find("", "v1", "services").orElseThrow();
        var rehearsal = new WriteOptions("test", WriteOptions.FieldValidation.IGNORE, true, false, text -> {});
        var rehearsed = (ObjectNode) Json.parse(service.formatted("a", wanted).replace('\'', '"'));

        cluster.cluster().operations().create(User.SYSTEM, type, "default", rehearsed, rehearsal);
        assertThatThrownBy(() -> cluster.create(service.formatted(
                        "b", "'type': 'NodePort', 'clusterIP': '10.96.7.9', 'ports': [{'port': 80, 'nodePort': 1}]")))
                .hasMessageContaining("provided port is not in the valid range");
        var created = cluster.create(service.formatted("c", wanted));

        assertThat(address(created)).isEqualTo("10.96.7.9");
        cluster.delete("services", "default", "c", "Background");
        assertThat(address(cluster.create(service.formatted("d", wanted)))).isEqualTo("10.96.7.9");
    }

    @Test
    void an_address_is_free_again_after_its_service() {
        create("a", "'clusterIP': '10.96.7.7'");
        cluster.delete("services", "default", "a", "Background");

        assertThat(address(create("b", "'clusterIP': '10.96.7.7'"))).isEqualTo("10.96.7.7");
    }

    @Test
    void an_address_is_an_object_as_long_as_its_service() {
        create("a", "'clusterIP': '10.96.7.7'");

        var object = cluster.get("ipaddresses.networking.k8s.io", "", "10.96.7.7");
        assertThat(object.at("/spec/parentRef"))
                .isEqualTo(Json.parse("{\"resource\":\"services\",\"namespace\":\"default\",\"name\":\"a\"}"));
        assertThat(Trees.labels(object))
                .containsEntry("ipaddress.kubernetes.io/ip-family", "IPv4")
                .containsEntry("ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io");
        cluster.delete("services", "default", "a", "Background");
        assertThat(cluster.find("ipaddresses.networking.k8s.io", "", "10.96.7.7"))
                .isEmpty();
    }

    @Test
    void an_address_that_somebody_claimed_by_an_object_is_taken() {
        cluster.create("""
                {'apiVersion': 'networking.k8s.io/v1', 'kind': 'IPAddress', 'metadata': {'name': '10.96.8.8'},
                 'spec': {'parentRef': {'resource': 'services', 'namespace': 'other', 'name': 'vip'}}}""");

        assertThatThrownBy(() -> create("b", "'clusterIP': '10.96.8.8'"))
                .hasMessageContaining("provided IP is already allocated");
    }

    @Test
    void missing_and_left_over_objects_are_put_right_at_the_start() {
        create("a", "'clusterIP': '10.96.7.7'");
        cluster.delete("ipaddresses.networking.k8s.io", "", "10.96.7.7", "Background");
        cluster.create("""
                {'apiVersion': 'networking.k8s.io/v1', 'kind': 'IPAddress', 'metadata': {'name': '10.96.9.9',
                 'labels': {'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io'}},
                 'spec': {'parentRef': {'resource': 'services', 'namespace': 'default', 'name': 'gone'}}}""");

        objects.repair();

        assertThat(cluster.list("ipaddresses.networking.k8s.io", "").stream().map(Trees::name))
                .contains("10.96.7.7")
                .doesNotContain("10.96.9.9");
    }

    @Test
    void headless_and_external_services_hold_nothing() {
        assertThat(address(create("headless", "'clusterIP': 'None'"))).isEqualTo("None");
        assertThat(address(create("external", "'type': 'ExternalName', 'externalName': 'x.io'")))
                .isEmpty();
    }

    @Test
    void an_update_that_leaves_address_and_ports_out_keeps_them() {
        var service = create("a", "'type': 'NodePort'");
        int port = service.at("/spec/ports/0/nodePort").asInt();
        assertThat(port).isBetween(30000, 32767);

        var updated = cluster.cluster()
                .modify(Cluster.key(TestCluster.resource("services"), service), "", live -> {
                    ((ObjectNode) live.path("spec")).remove("clusterIP");
                    ((ObjectNode) live.path("spec")).remove("clusterIPs");
                    ((ObjectNode) live.at("/spec/ports/0")).remove("nodePort");
                    return live;
                })
                .orElseThrow();

        assertThat(address(updated)).isEqualTo(address(service));
        assertThat(updated.at("/spec/ports/0/nodePort").asInt()).isEqualTo(port);
    }
}
