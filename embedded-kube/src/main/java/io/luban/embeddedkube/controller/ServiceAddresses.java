package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.configuration.NetworkSettings;
import io.luban.embeddedkube.configuration.PortRange;
import io.luban.embeddedkube.controller.AddressBook.Claim;
import io.luban.embeddedkube.network.AddressRange;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.StatusCause;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gives Services their cluster IPs and node ports; an update that leaves them out keeps them. */
public final class ServiceAddresses implements AdmissionPlugin, CommitParticipant, AutoCloseable {
    private static final List<String> ADDRESSED = List.of(
            "clusterIP",
            "clusterIPs",
            "ipFamilies",
            "ipFamilyPolicy",
            "healthCheckNodePort",
            "externalTrafficPolicy",
            "allocateLoadBalancerNodePorts",
            "loadBalancerClass");

    /** The lowest addresses are left to those who ask for a certain one, as Kubernetes does. */
    private static final long RESERVED = 256;

    private static final Set<String> EXPOSED = Set.of("NodePort", "LoadBalancer");

    private final AddressRange range;
    private final PortRange nodePorts;
    private final String cidr;
    private final AddressBook book;
    private final Store store;

    /** Hands out addresses of the range that no Service of the store holds. */
    public ServiceAddresses(Store store, NetworkSettings settings, Clock clock) {
        this.cidr = settings.serviceCidr();
        this.range = AddressRange.parse(cidr);
        this.nodePorts = settings.nodePortRange();
        this.book = new AddressBook(store, clock);
        this.store = store;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (request.type().storage().equals(AddressBook.SERVICES)
                && request.subresource().isEmpty()
                && request.object().get("spec") instanceof ObjectNode spec) {
            request.old().ifPresent(old -> keepOld(spec, old.path("spec")));
        }
    }

    private static void keepOld(ObjectNode spec, JsonNode old) {
        if (type(spec).equals("ExternalName")) {
            leaveAddresses(spec, old);
            return;
        }
        if (type(old).equals("ExternalName")) {
            return;
        }
        if (Trees.text(spec, "clusterIP").isEmpty() && spec.path("clusterIPs").isEmpty()) {
            copy(old, spec, "clusterIP");
            copy(old, spec, "clusterIPs");
        }
        if (EXPOSED.contains(type(spec))) {
            spec.path("ports").forEach(port -> keepPort((ObjectNode) port, old.path("ports")));
            if (!spec.hasNonNull("healthCheckNodePort")) {
                copy(old, spec, "healthCheckNodePort");
            }
        } else if (EXPOSED.contains(type(old))) {
            spec.path("ports").forEach(port -> ((ObjectNode) port).remove("nodePort"));
            spec.remove(List.of("healthCheckNodePort", "externalTrafficPolicy", "allocateLoadBalancerNodePorts"));
        }
    }

    /** What a service of another type had and the request does not insist on goes with the type. */
    private static void leaveAddresses(ObjectNode spec, JsonNode old) {
        for (var member : ADDRESSED) {
            if (spec.path(member).equals(old.path(member))) {
                spec.remove(member);
            }
        }
        spec.path("ports").forEach(port -> ((ObjectNode) port).remove("nodePort"));
    }

    private static void keepPort(ObjectNode port, JsonNode old) {
        for (var candidate : old) {
            if (!port.hasNonNull("nodePort")
                    && candidate.path("port").equals(port.path("port"))
                    && protocol(candidate).equals(protocol(port))) {
                copy(candidate, port, "nodePort");
            }
        }
    }

    @Override
    public void complete(PendingWrite write) {
        if (!write.type().storage().equals(AddressBook.SERVICES)
                || !write.subresource().isEmpty()
                || write.removes()
                || !(write.object().get("spec") instanceof ObjectNode spec)) {
            return;
        }
        var claim = claimOf(write);
        if (type(spec).equals("ExternalName")) {
            spec.remove(List.of("clusterIP", "clusterIPs"));
            return;
        }
        completeAddress(write, spec, claim);
        if (EXPOSED.contains(type(spec))) {
            completePorts(write, spec, claim);
        }
    }

    @Override
    public void committed(PendingWrite write) {
        if (write.type().storage().equals(AddressBook.SERVICES)) {
            book.settle(claimOf(write));
        }
    }

    @Override
    public void abandoned(PendingWrite write) {
        committed(write);
    }

    private static Claim claimOf(PendingWrite write) {
        var object = write.object();
        return new Claim(new ObjectKey(AddressBook.SERVICES, Trees.namespace(object), Trees.name(object)), object);
    }

    private void completeAddress(PendingWrite write, ObjectNode spec, Claim claim) {
        var wanted = Trees.text(spec, "clusterIP");
        if (wanted.isEmpty() && !spec.path("clusterIPs").isEmpty()) {
            wanted = spec.path("clusterIPs").get(0).asText();
        }
        if (wanted.isEmpty()) {
            wanted = anyAddress(write, claim);
        } else if (!wanted.equals("None")) {
            takeAddress(write, wanted, claim);
        }
        spec.put("clusterIP", wanted);
        spec.putArray("clusterIPs").add(wanted);
    }

    private String anyAddress(PendingWrite write, Claim claim) {
        long usable = range.size() - 1;
        long skipped = usable > 2 * RESERVED ? RESERVED : 1;
        long first = skipped - 1 + Math.floorMod(claim.service().hashCode(), usable - skipped);
        return book.takeAny(offset -> range.at(offset + 1), usable - 1, first, claim)
                .orElseThrow(
                        () -> refused(write, "spec.clusterIP", "", "failed to allocate a serviceIP: range is full"));
    }

    private void takeAddress(PendingWrite write, String address, Claim claim) {
        var list = "[]string{\"" + address + "\"}";
        if (!isInRange(address)) {
            throw refused(
                    write,
                    "spec.clusterIPs",
                    list,
                    "failed to allocate IP %s: the provided network does not match the current range %s"
                            .formatted(address, cidr));
        }
        if (AddressObjects.isClaimed(store, address, claim.service()) || !book.take(address, claim)) {
            throw refused(
                    write,
                    "spec.clusterIPs",
                    list,
                    "failed to allocate IP " + address + ": provided IP is already allocated");
        }
    }

    private boolean isInRange(String address) {
        try {
            return range.contains(AddressRange.address(address));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void completePorts(PendingWrite write, ObjectNode spec, Claim claim) {
        var isLoadBalancer = type(spec).equals("LoadBalancer");
        var wantsPorts =
                !isLoadBalancer || spec.path("allocateLoadBalancerNodePorts").asBoolean(true);
        int index = 0;
        for (var port : spec.path("ports")) {
            completePort(write, (ObjectNode) port, "spec.ports[" + index++ + "].nodePort", wantsPorts, claim);
        }
        if (isLoadBalancer && Trees.text(spec, "externalTrafficPolicy").equals("Local")) {
            completeNumber(write, spec, "healthCheckNodePort", "spec.healthCheckNodePort", claim);
        }
    }

    private void completePort(PendingWrite write, ObjectNode port, String field, boolean isWanted, Claim claim) {
        if (isWanted || port.path("nodePort").asInt() > 0) {
            completeNumber(write, port, "nodePort", field, claim);
        }
    }

    private void completeNumber(PendingWrite write, ObjectNode target, String member, String field, Claim claim) {
        int given = target.path(member).asInt();
        if (given > 0) {
            if (!nodePorts.contains(given)) {
                throw refused(
                        write,
                        field,
                        Integer.toString(given),
                        "provided port is not in the valid range. The range of valid ports is %d-%d"
                                .formatted(nodePorts.first(), nodePorts.last()));
            }
            if (!book.take(AddressBook.port(given), claim)) {
                throw refused(write, field, Integer.toString(given), "provided port is already allocated");
            }
            return;
        }
        int count = nodePorts.last() - nodePorts.first() + 1;
        long first = Math.floorMod(claim.service().hashCode(), count);
        var taken = book.takeAny(offset -> AddressBook.port(nodePorts.first() + offset), count, first, claim)
                .orElseThrow(() -> refused(write, field, "", "failed to allocate a nodePort: range is full"));
        target.put(member, Integer.parseInt(taken.substring(taken.indexOf(' ') + 1)));
    }

    private static ApiException refused(PendingWrite write, String field, String value, String why) {
        var cause = new StatusCause("FieldValueInvalid", "Invalid value: " + value + ": " + why, field);
        return ApiException.invalid("", "Service", Trees.name(write.object()), List.of(cause));
    }

    private static String type(JsonNode spec) {
        return Optional.of(Trees.text(spec, "type"))
                .filter(type -> !type.isEmpty())
                .orElse("ClusterIP");
    }

    private static String protocol(JsonNode port) {
        return Optional.of(Trees.text(port, "protocol"))
                .filter(protocol -> !protocol.isEmpty())
                .orElse("TCP");
    }

    private static void copy(JsonNode from, ObjectNode to, String member) {
        var value = from.get(member);
        if (value != null) {
            to.set(member, value.deepCopy());
        }
    }

    @Override
    public void close() {
        book.close();
    }
}
