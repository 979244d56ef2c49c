package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.operation.DeleteOptions;
import io.luban.embeddedkube.operation.Operations;
import io.luban.embeddedkube.operation.Operations.Target;
import io.luban.embeddedkube.operation.VirtualCreate;
import io.luban.embeddedkube.operation.VirtualCreate.Endpoint;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** POSTs on pods that change something else than they send: evictions and bindings to nodes. */
final class PodActions {
    private static final GroupResource PODS = new GroupResource("", "pods");

    private final Registry registry;
    private final Operations operations;

    private final DisruptionGuard disruptions;

    private PodActions(Cluster cluster) {
        this.registry = cluster.registry();
        this.operations = cluster.operations();
        this.disruptions = new DisruptionGuard(cluster);
    }

    static Map<Endpoint, VirtualCreate> of(Cluster cluster) {
        var actions = new PodActions(cluster);
        return Map.of(
                new Endpoint("", "pods", "eviction"), actions::evict,
                new Endpoint("", "pods", "binding"), actions::bind,
                new Endpoint("", "bindings", ""), actions::bindByBody);
    }

    private ObjectNode evict(User user, String namespace, String name, ObjectNode body) {
        var grace = Trees.at(body, "deleteOptions", "gracePeriodSeconds");
        var options = new DeleteOptions(
                Optional.empty(),
                grace.isNumber() ? OptionalLong.of(grace.asLong()) : OptionalLong.empty(),
                Optional.of(Trees.text(body, "deleteOptions", "preconditions", "uid"))
                        .filter(uid -> !uid.isEmpty()),
                Optional.empty(),
                !Trees.at(body, "deleteOptions", "dryRun").isEmpty());
        disruptions.permit(namespace, name, options.dryRun());
        operations.delete(user, pods(), Target.of(namespace, name), options);
        return success(201);
    }

    private ObjectNode bindByBody(User user, String namespace, String name, ObjectNode body) {
        return bind(user, namespace, Trees.name(body), body);
    }

    private ObjectNode bind(User user, String namespace, String name, ObjectNode body) {
        var node = Trees.text(body, "target", "name");
        if (node.isEmpty()) {
            throw ApiException.badRequest("binding of pod \"" + name + "\": target.name must name a node");
        }
        operations.modify(
                User.SYSTEM,
                pods(),
                new Target(namespace, name, "resize"),
                pod -> {
                    if (!Trees.text(pod, "spec", "nodeName").isEmpty()) {
                        throw ApiException.conflict(
                                PODS,
                                name,
                                "pod " + name + " is already assigned to node \"" + Trees.text(pod, "spec", "nodeName")
                                        + "\"");
                    }
                    Trees.ensure(pod, "spec").put("nodeName", node);
                    return pod;
                },
                WriteOptions.of("scheduler"));
        return success(201);
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
