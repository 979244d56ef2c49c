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
    private static final Map<String, String> TEMPLATES =
            Map.of("templates/config.yaml", """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: NAME}
                        data:
                          text: {{ .Values.text | quote }}
                          chart: {{ .Chart.Version | quote }}
                          kube: {{ .Capabilities.KubeVersion.Version | quote }}
                          budgets: {{ .Capabilities.APIVersions.Has "policy/v1/PodDisruptionBudget" | quote }}
                          found: {{ (lookup "v1" "Namespace" "" "default").metadata.name | quote }}
                        """, "templates/service.yaml", """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: NAME}
                        spec:
                          selector: {app: NAME}
                          ports: [{port: 80, targetPort: 8080}]
                        """, "templates/deployment.yaml", """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: NAME}
                        spec:
                          replicas: {{ .Values.replicas }}
                          selector: {matchLabels: {app: NAME}}
                          template:
                            metadata:
                              labels: {app: NAME}
                              annotations: {kube.luban.io/simulate: {{ .Values.simulate | quote }}}
                            spec: {containers: [{name: main, image: "example.com/web:1"}]}
                        """);

    /** A chart with a Deployment, a Service and a ConfigMap whose data is the value {@code text}. */
    static TestChart web(String version) {
        return named("web", version);
    }

    /** The same with objects of the given name; the value {@code simulate} may keep its pods from becoming ready. */
    static TestChart named(String name, String version) {
        var files = new LinkedHashMap<String, String>();
        files.put("Chart.yaml", "apiVersion: v2\nname: web\nversion: " + version + "\n");
        files.put("values.yaml", "text: first\nreplicas: 1\nsimulate: \"true\"\n");
        TEMPLATES.forEach((path, content) -> files.put(path, content.replace("NAME", name)));
        return new TestChart(files);
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

    /** The same with a Job at the given hooks that fails at once. */
    TestChart withFailingHook(String name, String hooks) {
        return with("templates/" + name + ".yaml", failingJob(name, hooks, "before-hook-creation"));
    }

    static String failingJob(String name, String hooks, String policy) {
        return """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: %s
                  annotations:
                    helm.sh/hook: "%s"
                    helm.sh/hook-delete-policy: "%s"
                    kube.luban.io/simulate-failure: "true"
                spec:
                  backoffLimit: 0
                  template:
                    spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/hook:1"}]}
                """.formatted(name, hooks, policy);
    }

    static String configMap(String name) {
        return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n".formatted(name);
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
