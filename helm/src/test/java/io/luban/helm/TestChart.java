package io.luban.helm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/**
 * A chart that a test puts together.
 *
 * @param files by their path in the chart
 */
record TestChart(Map<String, String> files) {
    /** A chart with a Deployment, a Service and a ConfigMap whose data is the value {@code text}. */
    static TestChart web(String version) {
        return new TestChart(Map.of(
                "Chart.yaml",
                "apiVersion: v2\nname: web\nversion: " + version + "\n",
                "values.yaml",
                "text: first\nreplicas: 1\n",
                "templates/config.yaml",
                """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: web}
                        data:
                          text: {{ .Values.text | quote }}
                          chart: {{ .Chart.Version | quote }}
                          kube: {{ .Capabilities.KubeVersion.Version | quote }}
                          budgets: {{ .Capabilities.APIVersions.Has "policy/v1/PodDisruptionBudget" | quote }}
                          found: {{ (lookup "v1" "Namespace" "" "default").metadata.name | quote }}
                        """,
                "templates/service.yaml",
                """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: web}
                        spec:
                          selector: {app: web}
                          ports: [{port: 80, targetPort: 8080}]
                        """,
                "templates/deployment.yaml",
                """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: web}
                        spec:
                          replicas: {{ .Values.replicas }}
                          selector: {matchLabels: {app: web}}
                          template:
                            metadata: {labels: {app: web}}
                            spec: {containers: [{name: main, image: "example.com/web:1"}]}
                        """));
    }

    /** The same with one more file, or another content of one. */
    TestChart with(String path, String content) {
        var more = new LinkedHashMap<>(files);
        more.put(path, content);
        return new TestChart(more);
    }

    /** The same with a Job that runs at the given hooks. */
    TestChart withHook(String name, String hooks, String image) {
        return with("templates/" + name + ".yaml", """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: %s
                  annotations: {"helm.sh/hook": "%s", "helm.sh/hook-delete-policy": before-hook-creation}
                spec:
                  template:
                    spec: {restartPolicy: Never, containers: [{name: main, image: "%s"}]}
                """.formatted(name, hooks, image));
    }

    byte[] packed() {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(bytes))) {
            for (var file : files.entrySet()) {
                var content = file.getValue().getBytes(StandardCharsets.UTF_8);
                var entry = new TarArchiveEntry("web/" + file.getKey());
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
