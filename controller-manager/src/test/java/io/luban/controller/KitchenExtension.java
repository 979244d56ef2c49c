package io.luban.controller;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An extension that uses much of what published ones use: parts for the host and for agents that are one chart under two
 * aliases, version ranges, conditions, a library, imported values, definitions beside templates, hooks of every kind, and
 * functions that ask the cluster.
 */
final class KitchenExtension {
    private static final String METADATA = """
            apiVersion: v1
            name: kitchen
            version: 1.0.0
            displayName: {en: Kitchen, zh: 厨房}
            description: {en: Uses everything, zh: 样样都用}
            category: other
            keywords: [cook, bake]
            home: https://example.org
            docs: https://example.org/docs
            sources: [https://example.org/source]
            kubeVersion: ">=1.19.0-0"
            ksVersion: ">=4.1.0-0 <5.0.0-0 || ^6.0.0-alpha"
            namespace: kitchen-space
            installationMode: Multicluster
            maintainers: [{name: Cook, email: cook@example.org}]
            provider:
              en: {name: Cook, email: cook@example.org, url: https://example.org}
              zh: {name: 厨师}
            icon: ./static/icon.svg
            staticFileDirectory: static
            screenshots: [./static/screen.png]
            images: [docker.io/library/busybox:1]
            dependencies:
              - {name: part, alias: front, version: "~0.1.0", tags: [extension], condition: front.enabled}
              - {name: part, alias: back, version: ">=0.1.0 <1.0.0", tags: [agent], condition: "back.enabled,global.back"}
              - {name: shelf, version: 0.x.x}
              - {name: never, version: "1 - 2", condition: never.enabled}
              - {name: pantry, version: "*", tags: [extension], import-values: [stock]}
            externalDependencies:
              - {name: whatever, type: extension, version: ">=1.0.0", required: false}
            annotations: {example.org/kind: synthetic}
            """;
    private static final String PERMISSIONS = """
            # what the chart makes outside of its namespace
            ---
            kind: ClusterRole
            rules:
              - {apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions], verbs: [get, list, create, watch]}
              - {apiGroups: [kitchen.io, iam.kubesphere.io, extensions.kubesphere.io], resources: ['*'], verbs: ['*']}
              - {apiGroups: [rbac.authorization.k8s.io, scheduling.k8s.io], resources: ['*'], verbs: ['*']}
              - {apiGroups: [""], resources: [nodes, namespaces], verbs: [get, list]}
            ---
            kind: Role
            rules: [{apiGroups: [rbac.authorization.k8s.io], resources: ['*'], verbs: ['*']}]
            """;
    private static final String VALUES = """
            # comments stay out of the way
            global: {imageRegistry: docker.io, nodeSelector: {}}
            front: {enabled: true, name: front, text: "{{ .Release.Name }} of {{ .Chart.Name }}"}
            back: {enabled: true, name: back, text: "{{ .Release.Name }}"}
            never: {enabled: false}
            """;
    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: meals.kitchen.io}
            spec:
              group: kitchen.io
              scope: Namespaced
              names: {kind: Meal, plural: meals}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;
    private static final String ROOT = """
            {{- if .Values.tags.extension }}
            apiVersion: kitchen.io/v1
            kind: Meal
            metadata: {name: soup, labels: {{ include "shelf.labels" . | fromYaml | toJson }}}
            spec: {pieces: {{ .Values.pieces }}, role: "{{ .Values.global.clusterInfo.role }}"}
            ---
            apiVersion: v1
            kind: List
            items:
              - apiVersion: iam.kubesphere.io/v1beta1
                kind: GlobalRole
                metadata: {name: kitchen-cook}
                rules: [{apiGroups: [kitchen.io], resources: ['*'], verbs: ['*']}]
              - apiVersion: extensions.kubesphere.io/v1alpha1
                kind: JSBundle
                metadata: {name: kitchen, namespace: {{ .Release.Namespace }}}
                spec: {rawFrom: {configMapKeyRef: {namespace: {{ .Release.Namespace }}, name: front-facts, key: facts.js}}}
                status: {state: Available, link: /dist/kitchen-frontend/index.js}
            {{- end }}
            """;
    private static final String PART = """
            {{- $old := lookup "v1" "Secret" .Release.Namespace (printf "%s-password" .Values.name) }}
            apiVersion: v1
            kind: Secret
            metadata: {name: "{{ .Values.name }}-password"}
            data:
              password: {{ if $old }}{{ index $old.data "password" }}{{ else }}{{ randAlphaNum 12 | b64enc }}{{ end }}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: "{{ .Values.name }}-facts"}
            data:
              facts.js: "System.register([], function () {});"
              role: "{{ .Values.global.clusterInfo.role }} of {{ .Values.global.clusterInfo.name }}"
              kubernetes: "{{ semverCompare ">=1.19-0" .Capabilities.KubeVersion.Version }}"
              budgets: "{{ .Capabilities.APIVersions.Has "policy/v1/PodDisruptionBudget" }}"
              meals: "{{ .Capabilities.APIVersions.Has "kitchen.io/v1" }}"
              nodes: "{{ len (lookup "v1" "Node" "" "").items }}"
              text: {{ tpl .Values.text . | quote }}
              login: {{ htpasswd "cook" "secret" | quote }}
              host: "kitchen.{{ .Values.global.extension.ingress.domainSuffix }}"
            {{ (.Files.Glob "files/*").AsConfig | indent 2 }}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: "{{ .Values.name }}"}
            spec:
              selector: {matchLabels: {app: "{{ .Values.name }}"}}
              template:
                metadata: {labels: {app: "{{ .Values.name }}"}}
                spec: {containers: [{name: main, image: "{{ .Values.global.imageRegistry }}/busybox:1"}]}
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: "{{ .Values.name }}"}
            spec:
              selector: {matchLabels: {daemon: "{{ .Values.name }}"}}
              template:
                metadata: {labels: {daemon: "{{ .Values.name }}"}}
                spec: {containers: [{name: main, image: "busybox:1"}]}
            ---
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: "{{ .Values.name }}"}
            spec:
              schedule: "0 3 * * *"
              jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1"}]}}}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: "{{ .Values.name }}"}
            spec: {type: LoadBalancer, selector: {app: "{{ .Values.name }}"}, ports: [{port: 80}]}
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: "{{ .Values.name }}"}
            spec: {minAvailable: 1, selector: {matchLabels: {app: "{{ .Values.name }}"}}}
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: "{{ .Values.name }}"}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: "{{ .Values.name }}"}
              maxReplicas: 2
              metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: "{{ .Values.name }}"}
            spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: "{{ .Values.name }}"}
            spec:
              ingressClassName: {{ .Values.global.extension.ingress.ingressClassName }}
              rules:
                - host: "{{ .Values.name }}.{{ .Values.global.extension.ingress.domainSuffix }}"
                  http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: "{{ .Values.name }}", port: {number: 80}}}}]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: "{{ .Values.name }}"}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: "{{ .Values.name }}"}
            subjects: [{kind: ServiceAccount, name: default, namespace: "{{ .Release.Namespace }}"}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: "{{ .Values.name }}"}
            rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
            """;
    private static final String HOOKS = """
            {{- $name := .Values.name }}
            {{- range $i, $hook := list "pre-install" "post-install" "pre-upgrade" "post-upgrade" "pre-rollback" "post-rollback" "pre-delete" "post-delete" "test" }}
            ---
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: "{{ $name }}-{{ $hook }}"
              annotations:
                helm.sh/hook: {{ $hook }}
                helm.sh/hook-weight: "{{ $i }}"
                helm.sh/hook-delete-policy: {{ if eq (mod $i 2) 0 }}before-hook-creation,hook-succeeded{{ else }}before-hook-creation{{ end }}
            spec:
              backoffLimit: 0
              template: {spec: {restartPolicy: Never, containers: [{name: hook, image: "busybox:1"}]}}
            {{- end }}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata:
              name: "{{ $name }}-hook"
              annotations: {helm.sh/hook: "pre-install,pre-upgrade,pre-delete", helm.sh/hook-weight: "-5"}
            """;

    private final Path directory;

    private KitchenExtension(Path directory) {
        this.directory = directory;
    }

    /** The extension in a folder below {@code parent}; answers the folder. */
    static Path write(Path parent) {
        var extension = new KitchenExtension(parent.resolve("kitchen"));
        extension.put("extension.yaml", METADATA);
        extension.put("permissions.yaml", PERMISSIONS);
        extension.put("values.yaml", VALUES);
        extension.put("README.md", "# Kitchen\n");
        extension.put("README_zh.md", "# 厨房\n");
        extension.put("CHANGELOG.md", "# 1.0.0\n");
        extension.put("static/icon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        extension.put("static/screen.png", "no real picture");
        extension.put("crds/meals.yaml", DEFINITION);
        extension.put("templates/meal.yaml", ROOT);
        extension.put("templates/NOTES.txt", "Enjoy {{ .Release.Name }}.\n");
        extension.put("charts/part/Chart.yaml", "apiVersion: v2\nname: part\nversion: 0.1.7\nappVersion: \"1\"\n");
        extension.put("charts/part/files/note.txt", "a note\n");
        extension.put("charts/part/templates/all.yaml", PART);
        extension.put("charts/part/templates/hooks.yaml", HOOKS);
        extension.put("charts/shelf/Chart.yaml", "apiVersion: v2\nname: shelf\nversion: 0.3.0\ntype: library\n");
        extension.put(
                "charts/shelf/templates/_labels.tpl",
                "{{- define \"shelf.labels\" -}}\napp.kubernetes.io/part-of: {{ .Chart.Name }}\n{{- end }}\n");
        extension.put("charts/never/Chart.yaml", "apiVersion: v2\nname: never\nversion: 1.5.0\n");
        extension.put("charts/never/templates/all.yaml", "{{ fail \"a condition was passed over\" }}\n");
        extension.put("charts/pantry/Chart.yaml", "apiVersion: v2\nname: pantry\nversion: 2.0.0-rc.1\n");
        extension.put("charts/pantry/values.yaml", "exports: {stock: {pieces: 7}}\n");
        return extension.directory;
    }

    private void put(String path, String text) {
        try {
            var file = directory.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
