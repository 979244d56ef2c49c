package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.operation.DeleteOptions;
import io.luban.embeddedkube.operation.Operations;
import io.luban.embeddedkube.operation.Operations.Target;
import io.luban.embeddedkube.operation.VirtualCreate;
import io.luban.embeddedkube.operation.VirtualCreate.Asked;
import io.luban.embeddedkube.operation.VirtualCreate.Endpoint;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.operation.WriteOptions.FieldValidation;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** POSTs on pods that change something else than they send: evictions and bindings to nodes. */
final class PodActions {
    private static final GroupResource PODS = new GroupResource("", "pods");

    private final Registry registry;
    private final Operations operations;
    private final DisruptionGuard disruptions;
    private final Supplier<Instant> now;

    private PodActions(Cluster cluster) {
        this.registry = cluster.registry();
        this.operations = cluster.operations();
        this.disruptions = new DisruptionGuard(cluster);
        this.now = cluster::now;
    }

    static Map<Endpoint, VirtualCreate> of(Cluster cluster) {
        var actions = new PodActions(cluster);
        return Map.of(
                new Endpoint("", "pods", "eviction"), actions::evict,
                new Endpoint("", "pods", "binding"), actions::bindNamed,
                new Endpoint("", "bindings", ""), actions::bindByBody);
    }

    private ObjectNode evict(Asked asked, ObjectNode body) {
        requireName(asked, body, "Eviction");
        var options = deletion(body.path("deleteOptions"), asked.options().dryRun());
        disruptions.permit(asked.namespace(), asked.name(), options.dryRun());
        // admission has judged the eviction; it is not asked about the deletion as well
        operations.delete(User.SYSTEM, pods(), Target.of(asked.namespace(), asked.name()), options);
        return success(201);
    }

    private static DeleteOptions deletion(JsonNode wanted, boolean isDryRun) {
        var grace = wanted.path("gracePeriodSeconds");
        return new DeleteOptions(
                given(wanted, "propagationPolicy"),
                grace.isNumber() ? OptionalLong.of(grace.asLong()) : OptionalLong.empty(),
                given(wanted, "preconditions", "uid"),
                given(wanted, "preconditions", "resourceVersion"),
                isDryRun || !wanted.path("dryRun").isEmpty());
    }

    private static Optional<String> given(JsonNode tree, String... path) {
        return Optional.of(Trees.text(tree, path)).filter(text -> !text.isEmpty());
    }

    private ObjectNode bindByBody(Asked asked, ObjectNode body) {
        return bind(asked, Trees.name(body), body);
    }

    private ObjectNode bindNamed(Asked asked, ObjectNode body) {
        requireName(asked, body, "Binding");
        return bind(asked, asked.name(), body);
    }

    private static void requireName(Asked asked, ObjectNode body, String kind) {
        if (!Trees.name(body).equals(asked.name())) {
            throw ApiException.badRequest("name in URL does not match name in %s object".formatted(kind));
        }
    }

    private ObjectNode bind(Asked asked, String name, ObjectNode body) {
        var node = Trees.text(body, "target", "name");
        if (node.isEmpty()) {
            throw ApiException.badRequest("binding of pod \"" + name + "\": target.name must name a node");
        }
        var kind = Trees.text(body, "target", "kind");
        if (!kind.isEmpty() && !kind.equals("Node")) {
            throw ApiException.badRequest(
                    "binding of pod \"%s\": target.kind must be Node or absent, got %s".formatted(name, kind));
        }
        var options = asked.options();
        operations.modify(
                User.SYSTEM,
                pods(),
                new Target(asked.namespace(), name, "binding"),
                pod -> bound(pod, body, node),
                new WriteOptions("scheduler", FieldValidation.IGNORE, options.dryRun(), false, options.warning()));
        return success(201);
    }

    private ObjectNode bound(ObjectNode pod, ObjectNode binding, String node) {
        requireUnbound(pod, binding);
        Trees.ensure(pod, "spec").put("nodeName", node);
        Trees.texts(Trees.at(binding, "metadata", "annotations"))
                .forEach((key, value) ->
                        Trees.ensure(pod, "metadata", "annotations").put(key, value));
        Conditions.set(Trees.ensure(pod, "status"), new Conditions.Condition("PodScheduled", true, "", ""), now.get());
        return pod;
    }

    private static void requireUnbound(ObjectNode pod, ObjectNode binding) {
        var name = Trees.name(pod);
        var uid = Trees.text(binding, "metadata", "uid");
        var node = Trees.text(pod, "spec", "nodeName");
        if (!uid.isEmpty() && !uid.equals(Trees.uid(pod))) {
            throw conflict(
                    name,
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, Trees.uid(pod)));
        }
        if (Trees.isTerminating(pod)) {
            throw conflict(name, "pod " + name + " is being deleted, cannot be assigned to a host");
        }
        if (!node.isEmpty()) {
            throw conflict(name, "pod " + name + " is already assigned to node \"" + node + "\"");
        }
        if (!Trees.at(pod, "spec", "schedulingGates").isEmpty()) {
            throw conflict(name, "pod " + name + " has non-empty .spec.schedulingGates");
        }
    }

    private static ApiException conflict(String name, String why) {
        return ApiException.conflict(PODS, name, why);
    }

    private ResourceType pods() {
        return registry.preferred(PODS).orElseThrow(ApiException::noSuchResource);
    }

    private static ObjectNode success(int code) {
        var status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", "Success").put("code", code);
    }
}
