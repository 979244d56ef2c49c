package io.luban.controller.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.admission.Webhook.Phase;
import io.luban.controller.loop.Loops;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.ReconcileLoop;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Limits;
import io.luban.http.ServerConfig;
import io.luban.http.TlsMaterial;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * The running admission: the HTTPS server with the rules, and, where this replica leads, the webhook configurations that
 * name its address, which are put right again whenever somebody changes them. Configurations stay when this closes, so that
 * nothing is written unjudged meanwhile; whoever leads next names its own address in them before it writes anything that
 * they concern.
 */
public final class Admission implements AutoCloseable {
    private static final String FIELD_MANAGER = "ks-controller-manager";
    private static final Duration CERTIFICATE_CHECK = Duration.ofHours(12);
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final AdmissionSettings settings;
    private final List<Webhook> webhooks;
    private final WebhookCertificate certificate;
    private final AtomicReference<WebhookCertificate.Identity> identity;
    private final HttpServer server;
    private final ReconcileLoop removals;
    private final AtomicReference<Optional<KubeRest>> writer = new AtomicReference<>(Optional.empty());
    private final ReconcileLoop loop;

    private Admission(KubeRest kube, HttpRuntime runtime, AdmissionSettings settings, Loops loops, Clock clock) {
        this.settings = settings;
        this.removals = loops.start("installplan-webhook", 1, new RemovalRequests(kube));
        var rules = Webhooks.over(new ClusterObjects(kube), settings.reservedGroups(), removals::add);
        rules.put(Webhooks.pods(), new PodAccountRule(kube, settings.isTlsInside()));
        this.webhooks = List.copyOf(rules.keySet());
        this.certificate = new WebhookCertificate(kube, settings.names(), clock);
        this.identity = new AtomicReference<>(certificate.ensure());
        this.server = HttpServer.start(
                runtime,
                new ServerConfig(
                        settings.host(),
                        settings.port(),
                        Optional.of(material(identity.get())),
                        Limits.DEFAULTS.withDrainTimeout(DRAIN)),
                request -> Optional.empty(),
                new ReviewHandler(rules));
        this.loop = loops.start("installplan-webhook", 1, this::reconcile);
        loop.addAfter("webhooks", CERTIFICATE_CHECK);
    }

    /** Serves the rules; nobody asks for them before {@link #announce}, or where another replica has done that. */
    public static Admission start(
            KubeRest kube, HttpRuntime runtime, AdmissionSettings settings, Loops loops, Clock clock) {
        return new Admission(kube, runtime, settings, loops, clock);
    }

    /**
     * Tells the cluster where the rules are and sees to it that nobody changes that, until what it answers is closed; when
     * it answers, every write is judged.
     */
    public AutoCloseable announce(KubeRest leader) {
        apply(leader);
        writer.set(Optional.of(leader));
        var watches = new ArrayList<Runnable>();
        for (var phase : Phase.values()) {
            watches.add(watch(leader, phase));
        }
        return () -> {
            writer.set(Optional.empty());
            watches.forEach(Runnable::run);
        };
    }

    /**
     * Has this replica announce itself when the one that was announced is gone and nobody leads yet, until what it answers is
     * closed. That is for replicas on one machine; elsewhere a Service leads to those that are left.
     */
    public AutoCloseable standBy(KubeRest kube, Loops loops, BooleanSupplier leads) {
        if (!(settings.address() instanceof AdmissionSettings.Address.Bound)) {
            return () -> {};
        }
        var path = Phase.VALIDATE.collection() + "/" + webhooks.getFirst().configuration();
        var watching = loops.start("installplan-webhook", 1, new Standby(kube, path, leads, () -> apply(kube)));
        watching.add(path);
        return watching;
    }

    private Runnable watch(KubeRest leader, Phase phase) {
        var names = webhooks.stream().map(Webhook::configuration).collect(Collectors.toSet());
        var cache = ProjectedCache.start(
                leader,
                CollectionQuery.of(phase.collection()),
                object -> Optional.of(object.at("/metadata/resourceVersion").asText(""))
                        .filter(version ->
                                names.contains(object.at("/metadata/name").asText(""))),
                (name, before, after) -> loop.add("webhooks"));
        return cache::close;
    }

    private Outcome reconcile(String key) {
        var present = certificate.ensure();
        if (!present.equals(identity.getAndSet(present))) {
            server.reloadTls(material(present));
        }
        writer.get().ifPresent(this::apply);
        return Outcome.again(CERTIFICATE_CHECK);
    }

    private void apply(KubeRest leader) {
        for (var phase : Phase.values()) {
            configurations(phase)
                    .forEach((name, configuration) -> apply(leader, phase.collection() + "/" + name, configuration));
        }
    }

    /** Servers that know no conditions refuse them; they ask always then, and the rules look themselves. */
    private static void apply(KubeRest leader, String path, ObjectNode configuration) {
        try {
            leader.apply(path, configuration, FIELD_MANAGER, true);
        } catch (ApiException e) {
            if (!String.valueOf(e.getMessage()).contains(Webhook.CONDITIONS)) {
                throw e;
            }
            configuration.path("webhooks").forEach(entry -> ((ObjectNode) entry).remove(Webhook.CONDITIONS));
            leader.apply(path, configuration, FIELD_MANAGER, true);
        }
    }

    private Map<String, ObjectNode> configurations(Phase phase) {
        var bundle =
                Base64.getEncoder().encodeToString(identity.get().authorityPem().getBytes(StandardCharsets.US_ASCII));
        var configurations = new java.util.TreeMap<String, ObjectNode>();
        for (var webhook : webhooks) {
            if (webhook.phases().contains(phase)) {
                var entry = webhook.entry();
                entry.set("clientConfig", settings.clientConfig(server.port(), webhook.path(phase), bundle));
                if (settings.address() instanceof AdmissionSettings.Address.Bound) {
                    // asking on one machine costs less than the engine that would judge the conditions
                    entry.remove(Webhook.CONDITIONS);
                }
                configurations
                        .computeIfAbsent(webhook.configuration(), name -> configuration(phase, name))
                        .withArray("/webhooks")
                        .add(entry);
            }
        }
        return configurations;
    }

    private static ObjectNode configuration(Phase phase, String name) {
        var configuration = Json.object()
                .put("apiVersion", "admissionregistration.k8s.io/v1")
                .put("kind", phase.kind());
        configuration.putObject("metadata").put("name", name);
        return configuration;
    }

    private static TlsMaterial material(WebhookCertificate.Identity identity) {
        var credentials = identity.credentials();
        return new TlsMaterial(credentials.certificatePem(), credentials.keyPem(), false);
    }

    @Override
    public void close() {
        loop.close();
        server.close();
        removals.close();
    }
}
