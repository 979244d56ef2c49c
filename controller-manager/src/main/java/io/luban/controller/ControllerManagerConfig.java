package io.luban.controller;

import io.luban.controller.admission.AdmissionSettings;
import io.luban.controller.extension.ExtensionSettings;
import io.luban.controller.repository.RepositorySettings;
import io.luban.model.configuration.ControllerKeys;
import io.luban.model.configuration.Settings;
import java.nio.file.Path;

/**
 * Settings of the controllers.
 *
 * @param directory for scratch files, the unpacked Helm engine and operation logs; must allow programs to be run
 * @param extensions how extensions are installed
 * @param repositories how catalogs are read
 * @param admission where objects are judged when they are written
 */
public record ControllerManagerConfig(
        Path directory, ExtensionSettings extensions, RepositorySettings repositories, AdmissionSettings admission) {
    /** The defaults over a directory. */
    public static ControllerManagerConfig of(Path directory) {
        return new ControllerManagerConfig(
                directory,
                ExtensionSettings.defaults(),
                RepositorySettings.of(directory.resolve("catalog")),
                AdmissionSettings.loopback());
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
        return new ControllerManagerConfig(directory, settings, repositories, admission);
    }

    /** The same with other settings for catalogs. */
    public ControllerManagerConfig withRepositories(RepositorySettings settings) {
        return new ControllerManagerConfig(directory, extensions, settings, admission);
    }

    /** The same with another place for admission. */
    public ControllerManagerConfig withAdmission(AdmissionSettings settings) {
        return new ControllerManagerConfig(directory, extensions, repositories, settings);
    }
}
