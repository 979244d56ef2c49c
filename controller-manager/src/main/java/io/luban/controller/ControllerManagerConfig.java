package io.luban.controller;

import io.luban.controller.admission.AdmissionSettings;
import io.luban.controller.extension.ExtensionSettings;
import io.luban.controller.repository.RepositorySettings;
import io.luban.controller.serviceaccount.AccountSettings;
import io.luban.model.configuration.ControllerKeys;
import io.luban.model.configuration.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of the controllers.
 *
 * @param directory for scratch files, the unpacked Helm engine and operation logs; must allow programs to be run
 * @param extensions how extensions are installed
 * @param repositories how catalogs are read
 * @param admission where objects are judged when they are written
 * @param selection which controllers run
 * @param operations where a gateway in another process asks; nothing where there is none
 * @param replica what this process is among others of its kind; nothing where it is the only one
 * @param kubeconfig how the cluster is reached, for its Cluster object; {@code ""} to say nothing there
 * @param accounts what tokens of workloads are made of
 */
public record ControllerManagerConfig(
        Path directory,
        ExtensionSettings extensions,
        RepositorySettings repositories,
        AdmissionSettings admission,
        Selection selection,
        Optional<OperationsSettings> operations,
        Optional<ReplicaSettings> replica,
        String kubeconfig,
        AccountSettings accounts) {
    /** The defaults over a directory. */
    public static ControllerManagerConfig of(Path directory) {
        return new ControllerManagerConfig(
                directory,
                ExtensionSettings.defaults(),
                RepositorySettings.of(directory.resolve("catalog")),
                AdmissionSettings.loopback(),
                Selection.ALL,
                Optional.empty(),
                Optional.empty(),
                "",
                AccountSettings.DEFAULTS);
    }

    /**
     * The defaults over a directory with everything that was set.
     *
     * @param runsWorkloads whether anything makes workloads ready, so that one can wait for that
     */
    public static ControllerManagerConfig of(Path directory, Settings settings, boolean runsWorkloads) {
        var repositories = RepositorySettings.of(directory.resolve("catalog"))
                .polling(settings.value(ControllerKeys.POLL_INTERVAL));
        return of(directory)
                .withExtensions(ExtensionSettings.of(settings, runsWorkloads))
                .withRepositories(repositories)
                .withAdmission(AdmissionSettings.loopback().reserving(settings.value(ControllerKeys.RESERVED_GROUPS)));
    }

    /** The same on a cluster of this name, for the platform of this version with its console at this address. */
    public ControllerManagerConfig on(String cluster, String version, String portal) {
        return withExtensions(extensions.on(cluster, version, portal));
    }

    /** The same with other settings for extensions. */
    public ControllerManagerConfig withExtensions(ExtensionSettings settings) {
        return new ControllerManagerConfig(
                directory, settings, repositories, admission, selection, operations, replica, kubeconfig, accounts);
    }

    /** The same with other settings for catalogs. */
    public ControllerManagerConfig withRepositories(RepositorySettings settings) {
        return new ControllerManagerConfig(
                directory, extensions, settings, admission, selection, operations, replica, kubeconfig, accounts);
    }

    /** The same with another place for admission. */
    public ControllerManagerConfig withAdmission(AdmissionSettings settings) {
        return new ControllerManagerConfig(
                directory, extensions, repositories, settings, selection, operations, replica, kubeconfig, accounts);
    }

    /** The same with other controllers. */
    public ControllerManagerConfig running(Selection controllers) {
        return new ControllerManagerConfig(
                directory, extensions, repositories, admission, controllers, operations, replica, kubeconfig, accounts);
    }

    /** The same where a gateway in another process asks. */
    public ControllerManagerConfig answering(OperationsSettings settings) {
        return new ControllerManagerConfig(
                directory,
                extensions,
                repositories,
                admission,
                selection,
                Optional.of(settings),
                replica,
                kubeconfig,
                accounts);
    }

    /** The same as one of several replicas. */
    public ControllerManagerConfig among(ReplicaSettings settings) {
        return new ControllerManagerConfig(
                directory,
                extensions,
                repositories,
                admission,
                selection,
                operations,
                Optional.of(settings),
                kubeconfig,
                accounts);
    }

    /** The same on a cluster that is reached by a kubeconfig, whose text stands for itself. */
    public ControllerManagerConfig reaching(String text) {
        return new ControllerManagerConfig(
                directory, extensions, repositories, admission, selection, operations, replica, text, accounts);
    }

    /** The same with other settings for tokens of workloads. */
    public ControllerManagerConfig withAccounts(AccountSettings settings) {
        return new ControllerManagerConfig(
                directory,
                extensions,
                repositories,
                admission.speakingTls(settings.isTlsInside()),
                selection,
                operations,
                replica,
                kubeconfig,
                settings);
    }
}
