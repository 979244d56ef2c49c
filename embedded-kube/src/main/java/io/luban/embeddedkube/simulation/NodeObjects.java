package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** What a simulated node says about itself. */
final class NodeObjects {
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String VERSION = "v1.33.4+luban";
    private static final int LEASE_SECONDS = 40;

    private NodeObjects() {}

    static ObjectNode node(String name, Instant now) {
        var draft = Draft.of("v1", "Node", "", name)
                .label("kubernetes.io/hostname", name)
                .label("kubernetes.io/os", "linux")
                .label("kubernetes.io/arch", "amd64")
                .label("beta.kubernetes.io/os", "linux")
                .label("beta.kubernetes.io/arch", "amd64")
                .label(Simulated.MARK, "true")
                .annotation(Simulated.MARK, "true")
                .with("spec", Json.object().put("providerID", "simulated://" + name));
        var status = Json.object();
        fillStatus(status, name, now);
        return draft.with("status", status).json();
    }

    static void fillStatus(ObjectNode status, String name, Instant now) {
        for (var member : List.of("capacity", "allocatable")) {
            status.putObject(member)
                    .put("cpu", "32")
                    .put("ephemeral-storage", "1Ti")
                    .put("memory", "256Gi")
                    .put("pods", "110");
        }
        set(
                status,
                "MemoryPressure",
                false,
                "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available",
                now);
        set(status, "DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure", now);
        set(status, "PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available", now);
        set(status, "Ready", true, "SimulatedNode", "simulated: no kubelet is running", now);
        var addresses = status.putArray("addresses");
        addresses.addObject().put("type", "InternalIP").put("address", PodStatus.HOST);
        addresses.addObject().put("type", "Hostname").put("address", name);
        status.putObject("daemonEndpoints").putObject("kubeletEndpoint").put("Port", 0);
        status.putObject("nodeInfo")
                .put("machineID", name)
                .put("systemUUID", name)
                .put("bootID", name)
                .put("kernelVersion", "simulated")
                .put("osImage", "simulated")
                .put("containerRuntimeVersion", "simulated://1")
                .put("kubeletVersion", VERSION)
                .put("kubeProxyVersion", VERSION)
                .put("operatingSystem", "linux")
                .put("architecture", "amd64");
    }

    private static void set(ObjectNode status, String type, boolean holds, String reason, String message, Instant now) {
        Conditions.set(status, new Condition(type, holds, reason, message), now);
        for (var condition : status.path("conditions")) {
            if (Trees.text(condition, "type").equals(type)) {
                ((ObjectNode) condition).put("lastHeartbeatTime", Trees.time(now));
            }
        }
    }

    static ObjectNode lease(JsonNode node, Instant now) {
        var name = Trees.name(node);
        var lease = Draft.of("coordination.k8s.io/v1", "Lease", "kube-node-lease", name)
                .with(
                        "spec",
                        Json.object()
                                .put("holderIdentity", name)
                                .put("leaseDurationSeconds", LEASE_SECONDS)
                                .put("renewTime", micros(now)))
                .json();
        Trees.ensureArray(Trees.ensure(lease, "metadata"), "ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "Node")
                .put("name", name)
                .put("uid", Trees.uid(node));
        return lease;
    }

    static String micros(Instant instant) {
        return MICROS.format(instant);
    }
}
