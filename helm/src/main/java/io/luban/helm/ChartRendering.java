package io.luban.helm;

/**
 * How the templates of a chart are carried out.
 *
 * @param release name of the release
 * @param namespace of the release
 * @param kubeVersion what the templates take for the version of Kubernetes
 * @param values YAML text with everything that differs from the chart's own values
 * @param kubeconfig of the cluster that templates look things up in; empty for none, where looking up fails
 */
public record ChartRendering(String release, String namespace, String kubeVersion, String values, String kubeconfig) {
    /** Without a cluster. */
    public ChartRendering(String release, String namespace, String kubeVersion, String values) {
        this(release, namespace, kubeVersion, values, "");
    }

    /** The kubeconfig may be a secret, and the values are long. */
    @Override
    public String toString() {
        return "ChartRendering[%s in %s]".formatted(release, namespace);
    }
}
