package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.model.LabelSelector;
import io.luban.model.ParseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The clusters that extensions are scheduled to, with the clients of the members. */
final class Clusters implements AutoCloseable {
    private final KubeRest kube;
    private final String hostName;
    private final BooleanSupplier mayWrite;
    private final Reachability reachability = new Reachability();
    private final Map<String, Connected> members = new ConcurrentHashMap<>();

    private record Connected(String kubeconfig, Site site) {}

    /** Clusters whose members are written to while {@code mayWrite} says so. */
    Clusters(KubeRest kube, String hostName, BooleanSupplier mayWrite) {
        this.kube = kube;
        this.hostName = hostName;
        this.mayWrite = mayWrite;
    }

    /** The cluster the platform runs in. */
    Site host() {
        return Site.host(hostName, kube);
    }

    /** A cluster by its name; empty when there is none or when it cannot be reached by what is known of it. */
    Optional<Site> find(String name) {
        return kube.find(Paths.CLUSTERS + "/" + name).flatMap(this::site);
    }

    /** Whether there is an object for the cluster, usable or not. */
    boolean isKnown(String name) {
        return kube.find(Paths.CLUSTERS + "/" + name).isPresent();
    }

    /** Why a cluster cannot be worked on; empty when it answers. */
    Optional<String> problem(Site site) throws InterruptedException {
        return reachability.problem(site);
    }

    /** The clusters a plan selects: those it names, or those its selector matches. Unknown names are passed over. */
    Set<String> selected(InstallPlan plan) {
        var selected = new LinkedHashSet<String>();
        var named = plan.placement().path("clusters");
        var selector = plan.placement().path("clusterSelector");
        if (!named.isEmpty()) {
            named.forEach(name ->
                    kube.find(Paths.CLUSTERS + "/" + name.asText()).ifPresent(found -> selected.add(name.asText())));
        } else if (selector.isObject()) {
            Lists.items(kube, Paths.CLUSTERS).stream()
                    .filter(cluster -> matches(selector, cluster.at("/metadata/labels")))
                    .forEach(cluster -> selected.add(name(cluster)));
        }
        return selected;
    }

    /** Whether anything may be installed on a cluster now. */
    boolean isSchedulable(String name) {
        return kube.find(Paths.CLUSTERS + "/" + name)
                .filter(cluster -> !cluster.at("/metadata/deletionTimestamp").isTextual())
                .map(cluster -> condition(cluster, "Ready").equals("True")
                        && !condition(cluster, "Schedulable").equals("False"))
                .orElse(false);
    }

    private Optional<Site> site(ObjectNode cluster) {
        var name = name(cluster);
        if (name.equals(hostName)
                || !cluster.at(Labels.pointer("labels", Labels.HOST_CLUSTER)).isMissingNode()) {
            return Optional.of(Site.host(name, kube));
        }
        var kubeconfig = cluster.at("/spec/connection/kubeconfig").asText("");
        if (kubeconfig.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(members.compute(name, (key, present) -> connect(key, present, kubeconfig))
                    .site());
        } catch (ParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Connected connect(String name, @Nullable Connected present, String kubeconfig) {
        if (present != null && present.kubeconfig().equals(kubeconfig)) {
            return present;
        }
        var text = new String(Base64.getMimeDecoder().decode(kubeconfig), StandardCharsets.UTF_8);
        var connected = new Connected(kubeconfig, Site.member(name, KubeClients.fromKubeconfig(text), mayWrite));
        if (present != null) {
            present.site().member().ifPresent(KubernetesClient::close);
        }
        return connected;
    }

    private static String condition(JsonNode cluster, String type) {
        for (var condition : cluster.at("/status/conditions")) {
            if (condition.path("type").asText("").equals(type)) {
                return condition.path("status").asText("");
            }
        }
        return "";
    }

    private static boolean matches(JsonNode selector, JsonNode labels) {
        var texts = new HashMap<String, String>();
        labels.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return LabelSelector.from(selector).matches(texts);
    }

    private static String name(JsonNode cluster) {
        return cluster.at("/metadata/name").asText();
    }

    @Override
    public void close() {
        members.values().forEach(connected -> connected.site().member().ifPresent(KubernetesClient::close));
        members.clear();
    }
}
