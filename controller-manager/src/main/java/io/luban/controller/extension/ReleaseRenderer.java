package io.luban.controller.extension;

import io.luban.controller.executor.ExecutorEndpoint;
import io.luban.controller.executor.Grant;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.helm.ChartRendering;
import io.luban.helm.Charts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;

/**
 * Renders the chart of a release without installing it. Templates look up what the extension's executor may read at that
 * time, so that a preview shows nobody more than an installation would.
 */
final class ReleaseRenderer {
    private final Charts charts;
    private final ExecutorEndpoint endpoint;

    ReleaseRenderer(Charts charts, ExecutorEndpoint endpoint) {
        this.charts = charts;
        this.endpoint = endpoint;
    }

    /** All objects as multi-document YAML; throws {@link io.luban.helm.ChartException} when a template fails. */
    String render(Release release, Site site, String namespace, ChartArchive chart, String values)
            throws InterruptedException {
        var account = new ExecutorAccount(site.kube(), release.extension(), namespace).name();
        var grant =
                Grant.serviceAccount(release.extension(), namespace, account).reading();
        var version = site.kube().get("/version").path("gitVersion").asText("");
        try (var access = endpoint.open(grant, site.member(), line -> {})) {
            return render(chart, new ChartRendering(release.name(), namespace, version, values, access.kubeconfig()));
        }
    }

    private String render(ChartArchive chart, ChartRendering settings) throws InterruptedException {
        try {
            var folder = Files.createTempDirectory("luban-preview");
            try {
                unpack(chart, folder);
                return charts.render(folder, settings, line -> {});
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("chart of release " + settings.release() + " cannot be unpacked", e);
        }
    }

    private static void unpack(ChartArchive chart, Path folder) throws IOException {
        for (var file : chart.files()) {
            var path = folder.resolve(file.path()).normalize();
            if (path.startsWith(folder)) {
                Files.createDirectories(Objects.requireNonNull(path.getParent()));
                Files.write(path, file.data());
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
