package io.luban.extensionformat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a small extension to a directory. */
final class PackageFixture {
    static final String METADATA = """
            apiVersion: kubesphere.io/v1alpha1
            name: hello
            version: 0.1.0
            displayName: {en: Hello, zh: 你好}
            description: {en: Says hello, zh: 打招呼}
            category: dev-tools
            keywords: [greeting]
            provider:
              en: {name: Somebody, email: a@example.com}
            icon: ./static/icon.svg
            kubeVersion: ">=1.19.0-0"
            dependencies:
              - name: frontend
                tags: [extension]
              - name: agent
                tags: [agent]
                condition: agent.enabled
            externalDependencies:
              - {name: gateway, version: ">=1.0.0", required: false}
            annotations:
              executor-hook-image.kubesphere.io: example/hook:1
            """;

    private PackageFixture() {}

    static Path write(Path directory) {
        return write(directory, METADATA);
    }

    static Path write(Path directory, String metadata) {
        put(directory, "extension.yaml", metadata);
        put(directory, "values.yaml", "frontend: {replicas: 1}\n");
        put(directory, "static/icon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
        put(directory, "charts/frontend/Chart.yaml", "apiVersion: v2\nname: frontend\nversion: 0.0.1\n");
        put(directory, "charts/agent/Chart.yaml", "apiVersion: v2\nname: agent\nversion: 0.0.1\n");
        put(directory, "permissions.yaml", "kind: ClusterRole\nrules: []\n");
        put(directory, ".helmignore", "*.bak\n");
        put(directory, "notes.bak", "scratch");
        return directory;
    }

    static void put(Path directory, String path, String text) {
        try {
            var file = directory.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
