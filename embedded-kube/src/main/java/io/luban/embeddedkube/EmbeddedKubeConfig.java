package io.luban.embeddedkube;

import io.luban.embeddedkube.configuration.ApiSettings;
import io.luban.embeddedkube.configuration.AuditSettings;
import io.luban.embeddedkube.configuration.IdentitySettings;
import io.luban.embeddedkube.configuration.KubeSettings;
import io.luban.embeddedkube.configuration.NetworkSettings;
import io.luban.embeddedkube.configuration.ServingSettings;
import io.luban.embeddedkube.configuration.SimulationSettings;
import io.luban.embeddedkube.configuration.StoreSettings;
import io.luban.model.configuration.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the embedded API server.
 *
 * @param dataDirectory holds {@code kube/} (store), {@code pki/} and {@code kubeconfig}
 */
public record EmbeddedKubeConfig(
        Path dataDirectory,
        ServingSettings serving,
        NetworkSettings network,
        IdentitySettings identity,
        ApiSettings api,
        SimulationSettings simulation,
        StoreSettings store,
        AuditSettings audit) {
    /** The defaults over a data directory. */
    public static EmbeddedKubeConfig of(Path dataDirectory) {
        return of(dataDirectory, Settings.defaults());
    }

    /** What was set over a data directory. */
    public static EmbeddedKubeConfig of(Path dataDirectory, Settings values) {
        var settings = new KubeSettings(values);
        return new EmbeddedKubeConfig(
                dataDirectory,
                settings.serving(),
                settings.network(),
                settings.identity(),
                settings.api(),
                settings.simulation(),
                settings.store(),
                settings.audit());
    }

    /** The same on another port, 0 for any free one. */
    public EmbeddedKubeConfig onPort(int port) {
        return with(new ServingSettings(
                serving.bindAddress(),
                port,
                serving.externalAddress(),
                serving.externalNames(),
                serving.maxRequestBytes(),
                serving.allowedOrigins()));
    }

    /** The same with another listener. */
    public EmbeddedKubeConfig with(ServingSettings other) {
        return new EmbeddedKubeConfig(dataDirectory, other, network, identity, api, simulation, store, audit);
    }

    /** The same with another simulation. */
    public EmbeddedKubeConfig with(SimulationSettings other) {
        return new EmbeddedKubeConfig(dataDirectory, serving, network, identity, api, other, store, audit);
    }

    /** The same with another audit log. */
    public EmbeddedKubeConfig with(AuditSettings other) {
        return new EmbeddedKubeConfig(dataDirectory, serving, network, identity, api, simulation, store, other);
    }

    /** The same with further credentials. */
    public EmbeddedKubeConfig with(IdentitySettings other) {
        return new EmbeddedKubeConfig(dataDirectory, serving, network, other, api, simulation, store, audit);
    }

    /** The same with another store. */
    public EmbeddedKubeConfig with(StoreSettings other) {
        return new EmbeddedKubeConfig(dataDirectory, serving, network, identity, api, simulation, other, audit);
    }

    /** The same with other behaviour of the API. */
    public EmbeddedKubeConfig with(ApiSettings other) {
        return new EmbeddedKubeConfig(dataDirectory, serving, network, identity, other, simulation, store, audit);
    }

    /** The same with simulated workloads, or without. */
    public EmbeddedKubeConfig simulating(boolean wanted, Duration delay) {
        return with(simulation.enabled(wanted).delayed(delay));
    }

    /** Address of the TLS listener. */
    public String bindAddress() {
        return serving.bindAddress();
    }

    /** Port of the TLS listener, 0 for any free one. */
    public int securePort() {
        return serving.securePort();
    }

    /** Further DNS names and addresses for the serving certificate. */
    public List<String> externalNames() {
        return serving.externalNames();
    }

    /** Range of cluster IPs. */
    public String serviceCidr() {
        return network.serviceCidr();
    }

    /** Largest request body. */
    public long maxRequestBytes() {
        return serving.maxRequestBytes();
    }

    /** Whether workloads are marked ready although no kubelet runs. */
    public boolean simulatesWorkloads() {
        return simulation.enabled();
    }

    /** Time between the stages of a simulated workload. */
    public Duration simulationDelay() {
        return simulation.delay();
    }
}
