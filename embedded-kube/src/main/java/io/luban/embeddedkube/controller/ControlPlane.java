package io.luban.embeddedkube.controller;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.admission.AdmissionChain;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.QuotaLedger;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.auth.BearerTokens;
import io.luban.embeddedkube.auth.ServiceAccountTokens;
import io.luban.embeddedkube.bootstrap.Bootstrap;
import io.luban.embeddedkube.bootstrap.NamespaceContent;
import io.luban.embeddedkube.bootstrap.NewObjects;
import io.luban.embeddedkube.configuration.UnreachableService;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.operation.Operations;
import io.luban.embeddedkube.operation.TokenRequests;
import io.luban.embeddedkube.operation.VirtualCreate;
import io.luban.embeddedkube.operation.VirtualCreate.Endpoint;
import io.luban.embeddedkube.pki.Pki;
import io.luban.embeddedkube.policy.PolicyAdmission;
import io.luban.embeddedkube.policy.RequestConditions;
import io.luban.embeddedkube.rbac.ClusterRoleAggregation;
import io.luban.embeddedkube.rbac.EscalationGuard;
import io.luban.embeddedkube.rbac.RbacAuthorizer;
import io.luban.embeddedkube.rbac.Reviews;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.ControllerRunner;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.service.LocalServices;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.simulation.PodScheduling;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.webhook.WebhookAdmission;
import io.luban.model.Ids;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that makes a store with verbs a cluster, in the order in which a server needs it: {@link #open} brings the
 * store to its first state and follows it, {@link #admission}, {@link #participants} and {@link #authorizer} go into the
 * verbs, {@link #start} sets the controllers to work, {@link #virtualCreates} go into the HTTP layer.
 */
public final class ControlPlane implements AutoCloseable {
    private final Parts parts;
    private final Bootstrap bootstrap;
    private final NamespaceContent content;
    private final RbacAuthorizer authorizer;
    private final ServiceAddresses addresses;
    private final AddressObjects addressObjects;
    private final QuotaLedger quotas;
    private final LocalServices localServices = new LocalServices();
    private final ServiceResolver services;
    private final WebhookNotes webhookNotes = new WebhookNotes();
    private Optional<WebhookAdmission> webhookAdmission = Optional.empty();
    private Optional<PolicyAdmission> policyAdmission = Optional.empty();
    private Optional<ControllerRunner> controllers = Optional.empty();
    private Optional<EventRecorder> recorder = Optional.empty();

    /** What the control plane stands on. */
    public record Parts(
            Store store,
            Pki pki,
            ServiceAccountTokens tokens,
            BearerTokens bearers,
            EmbeddedKubeConfig config,
            ExpressionSupport expressions,
            Ids ids,
            Clock clock) {}

    private ControlPlane(Parts parts) {
        this.parts = parts;
        var objects = new NewObjects(parts.ids(), parts.clock());
        var caPem = parts.pki().caPem();
        this.content = new NamespaceContent(caPem, objects);
        this.bootstrap = new Bootstrap(parts.store(), parts.config(), caPem, objects);
        bootstrap.run();
        this.authorizer = RbacAuthorizer.open(parts.store());
        this.services = new ServiceResolver(
                parts.store(), localServices, parts.config().network().serviceEndpoints());
        this.addresses = new ServiceAddresses(parts.store(), parts.config().network(), parts.clock());
        this.addressObjects = new AddressObjects(parts.store(), objects);
        this.quotas = new QuotaLedger(parts.store());
    }

    /** Writes the objects that every cluster starts with, and follows the store from then on. */
    public static ControlPlane open(Parts parts) {
        return new ControlPlane(parts);
    }

    /** Finds the backends of Services. */
    public ServiceResolver services() {
        return services;
    }

    /** Services that this process stands behind. */
    public LocalServices localServices() {
        return localServices;
    }

    /** Decides by roles and bindings. */
    public Authorizer authorizer() {
        return authorizer;
    }

    /** The plug-ins of the admission chain, in calling order; asked for once. */
    public List<AdmissionPlugin> admission(Registry registry) {
        var policies = new PolicyAdmission(parts.store(), registry, authorizer, parts.expressions());
        policyAdmission = Optional.of(policies);
        var builtIns = AdmissionChain.beforeWebhooks(parts.store(), authorizer, parts.ids());
        var webhooks = new WebhookAdmission(
                parts.store(),
                registry,
                new RequestConditions(parts.store(), authorizer, parts.expressions()),
                new WebhookAdmission.Calling(
                        services,
                        parts.ids(),
                        parts.config().api().unreachableService() == UnreachableService.SKIP,
                        webhookNotes,
                        builtIns));
        webhookAdmission = Optional.of(webhooks);
        var plugins = new ArrayList<AdmissionPlugin>();
        plugins.add(addresses);
        plugins.addAll(builtIns);
        plugins.add(new EscalationGuard(authorizer));
        plugins.add(policies);
        plugins.add(webhooks);
        plugins.addAll(AdmissionChain.afterWebhooks(parts.store(), quotas, parts.clock()));
        return List.copyOf(plugins);
    }

    /** Those of them that judge connections: to containers, to ports, through proxies. */
    public List<AdmissionPlugin> connectAdmission() {
        var plugins = new ArrayList<AdmissionPlugin>();
        policyAdmission.ifPresent(plugins::add);
        webhookAdmission.ifPresent(plugins::add);
        return List.copyOf(plugins);
    }

    /** How often webhooks failed and were passed over, by their names and {@code admit} or {@code validating}. */
    public Map<List<String>, Long> failedOpen() {
        return webhookNotes.failedOpen();
    }

    /** Those who take part in commits. */
    public List<CommitParticipant> participants() {
        var participants = new ArrayList<CommitParticipant>();
        participants.add(content);
        participants.add(new ClusterRoleAggregation(parts.store()));
        participants.add(addresses);
        participants.add(addressObjects);
        participants.add(new QuotaReservations(quotas));
        if (parts.config().simulatesWorkloads()) {
            participants.add(new PodScheduling(parts.store(), parts.config().simulation()));
        }
        return List.copyOf(participants);
    }

    /** What is computed instead of stored. */
    public Map<Endpoint, VirtualCreate> virtualCreates(Registry registry, Operations operations) {
        var result = new HashMap<>(Reviews.of(authorizer, parts.bearers()::verify));
        result.putAll(PodActions.of(new Cluster(parts.store(), registry, operations, parts.clock(), "kube-apiserver")));
        result.put(TokenRequests.ENDPOINT, new TokenRequests(parts.tokens(), parts.store(), parts.clock()));
        return Map.copyOf(result);
    }

    /** Sets the controllers to work. */
    public void start(Registry registry, Operations operations) {
        var cluster = new Cluster(parts.store(), registry, operations, parts.clock(), "kube-controller-manager");
        var sources = new Controllers.Sources(parts.pki(), parts.tokens(), content, quotas);
        var events = EventRecorder.start(cluster);
        recorder = Optional.of(events);
        webhookNotes.speak(events.as("webhook-admission"));
        controllers = Optional.of(Controllers.start(cluster, sources, parts.config(), events));
    }

    /** Points the Service {@code default/kubernetes} to the port that the server listens on. */
    public void advertise(int port) {
        bootstrap.advertise(port);
        addressObjects.repair();
    }

    /** Whether the controllers were set to work and all of them still are at it. */
    public boolean isControlling() {
        return controllers.map(ControllerRunner::isRunning).orElse(false);
    }

    @Override
    public void close() {
        controllers.ifPresent(ControllerRunner::close);
        recorder.ifPresent(EventRecorder::close);
        webhookAdmission.ifPresent(WebhookAdmission::close);
        policyAdmission.ifPresent(PolicyAdmission::close);
        quotas.close();
        addresses.close();
        authorizer.close();
    }
}
