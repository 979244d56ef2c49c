package io.luban.extensionformat.remote;

import io.luban.extensionformat.archive.ChartArchive;
import java.net.URI;
import java.util.Locale;

/** Fetches a packaged chart from its {@code chartURL}. */
public final class ChartFetch {
    private ChartFetch() {}

    /**
     * The chart's bytes; throws {@link RemoteException}.
     *
     * @param chartUrl http, https or oci; without a host it takes scheme and host of {@code repositoryUrl}
     */
    public static byte[] fetch(RemoteClient client, String chartUrl, String repositoryUrl) {
        var lower = chartUrl.toLowerCase(Locale.ROOT);
        if (lower.startsWith("oci://")) {
            var own = repositoryUrl.startsWith("oci://")
                    ? ImageReference.oci(repositoryUrl).registry()
                    : "";
            return fetchOci(new OciRegistry(client, own), ImageReference.oci(chartUrl));
        }
        int colon = chartUrl.indexOf(':');
        int slash = chartUrl.indexOf('/');
        boolean hasScheme = colon > 0 && (slash < 0 || colon < slash);
        if (hasScheme && !lower.startsWith("http://") && !lower.startsWith("https://")) {
            throw new RemoteException("unsupported scheme: " + chartUrl.substring(0, colon));
        }
        try {
            var absolute =
                    hasScheme ? URI.create(chartUrl) : URI.create(repositoryUrl).resolve(chartUrl);
            // Credentials are the repository's, so that they are for its server alone.
            boolean own = !repositoryUrl.isEmpty() && sameServer(absolute, URI.create(repositoryUrl));
            return get(client, absolute, own);
        } catch (IllegalArgumentException e) {
            throw new RemoteException("\"%s\" is not the address of a chart".formatted(chartUrl));
        }
    }

    private static byte[] get(RemoteClient client, URI uri, boolean credentials) {
        try (var answer = client.send(new RemoteClient.Call(uri, java.util.Map.of(), credentials))) {
            if (answer.status() != 200) {
                throw new RemoteException(
                        answer.status(), "failed to fetch %s : %d".formatted(RemoteClient.shown(uri), answer.status()));
            }
            return client.bytes(answer, ChartArchive.MAX_PACKED_BYTES);
        }
    }

    /** Whether both addresses belong to one server. */
    static boolean sameServer(URI one, URI other) {
        return one.getScheme() != null
                && one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getAuthority() != null
                && one.getAuthority().equalsIgnoreCase(other.getAuthority());
    }

    /** The chart at a place in a registry. */
    public static byte[] fetchOci(OciRegistry registry, ImageReference reference) {
        if (reference.tag().isEmpty() && reference.digest().isEmpty()) {
            throw new RemoteException("%s names no tag".formatted(reference));
        }
        var manifest = registry.manifest(reference, "amd64");
        return registry.blob(reference, OciRegistry.chartLayer(manifest, reference), ChartArchive.MAX_PACKED_BYTES);
    }
}
