package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.Dependency;
import io.luban.extensionformat.ExternalDependency;
import io.luban.extensionformat.Permissions;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.version.Constraint;
import io.luban.extensionformat.version.Version;
import io.luban.kube.KubeRest;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.util.ArrayList;
import java.util.List;

/** Everything that has to be true and to be there before Helm is started for a plan. */
final class Preparation {
    private final KubeRest kube;
    private final ExtensionSettings settings;
    private final ExtensionVersions versions;

    Preparation(KubeRest kube, ExtensionSettings settings) {
        this.kube = kube;
        this.settings = settings;
        this.versions = new ExtensionVersions(kube);
    }

    /**
     * What an operation needs.
     *
     * @param chart the packaged chart
     * @param values YAML text
     * @param permissions the package asks for
     */
    record Prepared(byte[] chart, String values, Permissions permissions) {}

    /** Collects it; throws {@link PreparationException} saying what is missing. */
    Prepared prepare(Release release, Site site, ObjectNode version) {
        requirePlatform(version, site);
        var chart = versions.chart(version);
        try {
            var archive = ChartArchive.read(chart);
            return new Prepared(
                    chart,
                    values(release, site, dependencies(archive)),
                    archive.file(Permissions.FILE)
                            .map(file -> Permissions.parse(file.text()))
                            .orElseGet(Permissions::none));
        } catch (ArchiveException e) {
            throw new PreparationException(
                    "InvalidChart", "chart of extension %s: %s".formatted(release.extension(), e.getMessage()));
        } catch (ParseException e) {
            throw new PreparationException(
                    "InvalidPermissions", "chart of extension %s: %s".formatted(release.extension(), e.getMessage()));
        }
    }

    private String values(Release release, Site site, List<Dependency> dependencies) {
        return release.isAgent()
                ? HelmValues.forAgent(release.config(), dependencies, settings, site)
                : HelmValues.forHost(release.config(), dependencies, settings);
    }

    /** Required extensions that are not installed in a fitting version, one sentence each. */
    List<String> missingDependencies(JsonNode version) {
        var missing = new ArrayList<String>();
        for (var entry : version.at("/spec/externalDependencies")) {
            var dependency = ExternalDependency.from(entry);
            if (dependency.required() && "extension".equals(dependency.type()) && !isInstalled(dependency)) {
                missing.add("extension \"%s\" %s is not installed".formatted(dependency.name(), dependency.version()));
            }
        }
        return missing;
    }

    /** Whether it is there in a version that fits. */
    boolean isInstalled(ExternalDependency dependency) {
        var status = kube.find(Paths.extension(dependency.name()))
                .map(extension -> extension.path("status"))
                .orElse(Json.object());
        return PlanState.parse(status.path("state").asText("")) instanceof PlanState.Installed
                && Version.find(status.path("installedVersion").asText(""))
                        .map(version -> Constraint.accepts(dependency.version(), version))
                        .orElse(false);
    }

    private void requirePlatform(JsonNode version, Site site) {
        var constraint = version.at("/spec/ksVersion").asText("");
        if (!Constraint.accepts(constraint, Version.parse(settings.platformVersion()))) {
            throw new PreparationException(
                    "PlatformVersionMismatch",
                    "the extension needs platform version %s, this is %s"
                            .formatted(constraint, settings.platformVersion()));
        }
        var kubernetes = version.at("/spec/kubeVersion").asText("");
        if (kubernetes.isEmpty()) {
            return;
        }
        var present = site.kube().get("/version").path("gitVersion").asText("");
        boolean accepted = Version.find(present)
                .map(found -> Constraint.accepts(kubernetes, found))
                .orElse(true);
        if (!accepted) {
            throw new PreparationException(
                    "KubernetesVersionMismatch",
                    "the extension needs Kubernetes version %s, cluster %s has %s"
                            .formatted(kubernetes, site.cluster(), present));
        }
    }

    private static List<Dependency> dependencies(ChartArchive archive) {
        var dependencies = new ArrayList<Dependency>();
        archive.file("Chart.yaml")
                .map(file -> Yaml.parse(file.text()))
                .ifPresent(
                        chart -> chart.path("dependencies").forEach(entry -> dependencies.add(Dependency.from(entry))));
        return dependencies;
    }
}
