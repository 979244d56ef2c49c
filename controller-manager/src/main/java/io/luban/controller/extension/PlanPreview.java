package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ExternalDependency;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.helm.ChartException;
import io.luban.helm.ReleaseRecord;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tells what a plan would do before it does: the objects it would add, change and remove, the rights that takes, kinds
 * that nobody serves, extensions that are missing. Writes nothing. Hooks are not part of it.
 */
final class PlanPreview {
    private final KubeRest kube;
    private final Clusters clusters;
    private final ReleaseRenderer renderer;
    private final Preparation preparation;
    private final ExtensionVersions versions;

    PlanPreview(KubeRest kube, Clusters clusters, ReleaseRenderer renderer, ExtensionSettings settings) {
        this.kube = kube;
        this.clusters = clusters;
        this.renderer = renderer;
        this.preparation = new Preparation(kube, settings);
        this.versions = new ExtensionVersions(kube);
    }

    /** The preview of the plan of that name with what {@code asked} changes of its specification. */
    ObjectNode of(String name, ObjectNode asked) throws InterruptedException {
        var plan = planned(name, asked);
        var version = versions.find(plan.extension(), plan.version())
                .orElseThrow(() -> ApiException.notFound(
                        new GroupResource("kubesphere.io", "extensionversions"),
                        plan.extension() + "-" + plan.version()));
        var preview = Json.object().put("apiVersion", "kubesphere.io/v1alpha1").put("kind", "InstallPlanPreview");
        preview.putObject("metadata").put("name", name);
        preview.put("installedVersion", plan.status().version()).put("plannedVersion", plan.version());
        preview.set("dependencies", dependencies(version));
        var releases = preview.putArray("releases");
        releases.add(release(Release.host(plan), clusters.host(), version));
        boolean severalClusters =
                version.at("/spec/installationMode").asText("").equals("Multicluster");
        if (plan.hasScheduling() && severalClusters) {
            for (var cluster : clusters.selected(plan)) {
                var site = clusters.find(cluster);
                if (site.isPresent()) {
                    releases.add(release(new Release(plan, cluster), site.get(), version));
                }
            }
        }
        return preview;
    }

    private InstallPlan planned(String name, ObjectNode asked) {
        var plan = kube.find(Paths.plan(name)).orElseGet(Json::object);
        plan.withObject("/metadata").put("name", name);
        merge(plan.withObject("/spec"), asked.path("spec"));
        var planned = new InstallPlan(plan);
        if (!planned.extension().equals(name) || planned.version().isEmpty()) {
            throw ApiException.badRequest(
                    "spec.extension must have the name \"%s\" of the plan, and a version".formatted(name));
        }
        return planned;
    }

    /** As a merge patch does. */
    private static void merge(ObjectNode into, JsonNode from) {
        from.properties().forEach(entry -> {
            if (entry.getValue().isNull()) {
                into.remove(entry.getKey());
            } else if (entry.getValue() instanceof ObjectNode map) {
                merge(into.withObject("/" + entry.getKey().replace("~", "~0").replace("/", "~1")), map);
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        });
    }

    private ArrayNode dependencies(JsonNode version) {
        var list = Json.array();
        for (var entry : version.at("/spec/externalDependencies")) {
            var dependency = ExternalDependency.from(entry);
            var installed = kube.find(Paths.extension(dependency.name()))
                    .map(extension -> extension.at("/status/installedVersion").asText(""))
                    .orElse("");
            list.addObject()
                    .put("name", dependency.name())
                    .put("type", dependency.type())
                    .put("version", dependency.version())
                    .put("required", dependency.required())
                    .put("installedVersion", installed)
                    .put("satisfied", preparation.isInstalled(dependency));
        }
        return list;
    }

    private ObjectNode release(Release release, Site site, ObjectNode version) throws InterruptedException {
        var report = Json.object().put("release", release.name()).put("cluster", site.cluster());
        var namespace = Deployment.targetNamespace(release.plan(), version);
        report.put("targetNamespace", namespace);
        try {
            var prepared = preparation.prepare(release, site, version);
            var archive = ChartArchive.read(prepared.chart());
            var rendered = ManifestDiff.objects(
                    renderer.render(release, site, namespace, archive, prepared.values()), namespace);
            var deployed = deployed(release, site, namespace);
            var kinds = new ServedKinds(site.kube());
            kinds.add(definitions(archive));
            kinds.add(rendered.values());
            report.put("action", deployed.isEmpty() && !exists(release, site, namespace) ? "install" : "upgrade");
            report.set("changes", ManifestDiff.between(deployed, rendered));
            report.set(
                    "permissions",
                    new PermissionReport(prepared.permissions(), namespace).of(rendered.values(), kinds));
            report.set("missingKinds", missing(rendered, kinds));
        } catch (PreparationException e) {
            report.putObject("problem").put("reason", e.reason()).put("message", e.explanation());
        } catch (ChartException | ArchiveException e) {
            report.putObject("problem").put("reason", "RenderingFailed").put("message", String.valueOf(e.getMessage()));
        }
        return report;
    }

    private static boolean exists(Release release, Site site, String namespace) {
        return new ReleaseHistory(site.kube(), namespace, release.name()).exists();
    }

    private static Map<String, ObjectNode> deployed(Release release, Site site, String namespace) {
        return new ReleaseHistory(site.kube(), namespace, release.name())
                .inForce()
                .map(ReleaseRecord::manifest)
                .map(manifest -> ManifestDiff.objects(manifest, namespace))
                .orElseGet(Map::of);
    }

    /** Kinds without a definition, each once. */
    private static ArrayNode missing(Map<String, ObjectNode> objects, ServedKinds kinds) {
        var list = Json.array();
        objects.values().stream()
                .filter(object -> kinds.of(object).isEmpty())
                .map(object -> object.path("apiVersion").asText("") + " "
                        + object.path("kind").asText(""))
                .distinct()
                .sorted()
                .forEach(text -> list.addObject()
                        .put("apiVersion", text.substring(0, text.indexOf(' ')))
                        .put("kind", text.substring(text.indexOf(' ') + 1)));
        return list;
    }

    /** Those in {@code crds/}, which Helm writes before it renders. */
    private static List<ObjectNode> definitions(ChartArchive archive) {
        var definitions = new ArrayList<ObjectNode>();
        for (var file : archive.files()) {
            if (file.path().startsWith("crds/") || file.path().contains("/crds/")) {
                definitions.addAll(ManifestDiff.objects(file.text(), "").values());
            }
        }
        return definitions;
    }
}
