package io.luban.helm;

/**
 * How the templates of a chart are carried out.
 *
 * @param release name of the release
 * @param namespace of the release
 * @param kubeVersion what the templates take for the version of Kubernetes
 * @param values YAML text with everything that differs from the chart's own values
 */
public record ChartRendering(String release, String namespace, String kubeVersion, String values) {}
