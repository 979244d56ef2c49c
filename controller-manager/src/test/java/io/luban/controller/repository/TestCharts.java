package io.luban.controller.repository;

import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.archive.ChartPacker;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Packages made in memory. */
final class TestCharts {
    private TestCharts() {}

    static byte[] extension(String name, String version) {
        return extension(name, version, "Extension " + name);
    }

    static byte[] extension(String name, String version, String displayName) {
        return ChartPacker.pack(
                name,
                List.of(
                        file("Chart.yaml", "apiVersion: v2\nname: %s\nversion: %s\n".formatted(name, version)),
                        file("values.yaml", "replicas: 1\n"),
                        file("extension.yaml", """
                                apiVersion: kubesphere.io/v1alpha1
                                name: %s
                                version: %s
                                displayName: {en: "%s"}
                                description: {en: Made for a test}
                                category: dev-tools
                                provider: {en: {name: Somebody}}
                                icon: data:image/svg+xml;base64,PHN2Zy8+
                                ksVersion: ">=4.0.0-0"
                                kubeVersion: ">=1.19.0-0"
                                annotations: {executor-hook-image.kubesphere.io: "example/hook:1"}
                                """.formatted(name, version, displayName))));
    }

    /** As charts of the early 4.0 form are: everything in Chart.yaml. */
    static byte[] plain(String name, String version) {
        return ChartPacker.pack(name, List.of(file("Chart.yaml", plainChartYaml(name, version))));
    }

    static String plainChartYaml(String name, String version) {
        return """
                apiVersion: v2
                name: %s
                version: %s
                description: A plain chart
                home: https://example.com
                keywords: [Dev-Tools]
                maintainers: [{name: Somebody, email: a@example.com}]
                """.formatted(name, version);
    }

    private static ChartFile file(String path, String text) {
        return new ChartFile(path, text.getBytes(StandardCharsets.UTF_8));
    }
}
