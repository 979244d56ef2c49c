package io.luban.controller;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the project's own test extension: a web part with a workload, a hook and a bundle, and an agent part. */
final class HelloExtension {
    private static final String PERMISSIONS = """
            kind: ClusterRole
            rules:
              - {apiGroups: [extensions.kubesphere.io], resources: ['*'], verbs: ['*']}
            ---
            kind: Role
            rules:
              - {apiGroups: [''], resources: [configmaps], verbs: ['*']}
            """;
    private static final String WORKLOAD = """
            {{- if .Values.broken }}{{ fail "values say that it is broken" }}{{ end }}
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: hello}
            spec:
              replicas: {{ .Values.replicas }}
              selector: {matchLabels: {app: hello}}
              template:
                metadata: {labels: {app: hello}}
                spec:
                  containers: [{name: web, image: "example/hello:1"}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: hello}
            spec: {selector: {app: hello}, ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: hello-bundle}
            data:
              index.js: "System.register([], function () {}); // {{ .Values.global.extension.ingress.domainSuffix }}"
            """;
    private static final String BUNDLE = """
            apiVersion: extensions.kubesphere.io/v1alpha1
            kind: JSBundle
            metadata: {name: hello}
            spec:
              rawFrom:
                configMapKeyRef: {namespace: "{{ .Release.Namespace }}", name: hello-bundle, key: index.js}
            """;
    private static final String HOOK = """
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: hello-check
              annotations: {helm.sh/hook: post-install, helm.sh/hook-delete-policy: before-hook-creation}
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  containers: [{name: check, image: "example/check:1"}]
            """;

    private final Path directory;
    private final String version;

    private HelloExtension(Path directory, String version) {
        this.directory = directory;
        this.version = version;
    }

    /** The extension in a folder below {@code parent}, named after the version. */
    static HelloExtension write(Path parent, String version) {
        var extension = new HelloExtension(parent.resolve("hello-" + version), version);
        extension.put("extension.yaml", extension.metadata());
        extension.put("permissions.yaml", PERMISSIONS);
        extension.put("values.yaml", "web: {replicas: 1}\n");
        extension.put("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.0.1\n");
        extension.put("charts/web/values.yaml", "replicas: 1\nbroken: false\n");
        extension.put("charts/web/templates/workload.yaml", WORKLOAD);
        extension.put("charts/web/templates/bundle.yaml", BUNDLE);
        extension.put("charts/web/templates/hook.yaml", HOOK);
        extension.put("charts/agent/Chart.yaml", "apiVersion: v2\nname: agent\nversion: 0.0.1\n");
        extension.put(
                "charts/agent/templates/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hello-agent}\n");
        return extension;
    }

    /** With another file, or another content of one. */
    HelloExtension put(String path, String text) {
        try {
            var file = directory.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory() {
        return directory;
    }

    private String metadata() {
        return """
                apiVersion: kubesphere.io/v1alpha1
                name: hello
                version: %s
                displayName: {en: Hello}
                description: {en: Says hello}
                category: dev-tools
                provider: {en: {name: Somebody}}
                icon: data:image/svg+xml;base64,PHN2Zy8+
                ksVersion: ">=4.0.0-0"
                kubeVersion: ">=1.19.0-0"
                dependencies:
                  - {name: web, tags: [extension]}
                  - {name: agent, tags: [agent], condition: agent.enabled}
                """.formatted(version);
    }
}
