package io.luban.embeddedkube.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.service.ServicePort;
import io.luban.embeddedkube.tree.Trees;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * What an APIService with a Service says.
 *
 * @param caPem trust anchors of the server, empty for the system's
 */
record RemoteApi(
        String name,
        String group,
        String version,
        Priorities priorities,
        ServicePort service,
        byte[] caPem,
        boolean insecure) {
    private static final int HTTPS = 443;

    record Priorities(int group, int version) {}

    /** Empty for groups that this server serves itself. */
    static Optional<RemoteApi> of(JsonNode apiService) {
        var spec = apiService.path("spec");
        if (!spec.path("service").isObject() || Trees.isTerminating(apiService)) {
            return Optional.empty();
        }
        return Optional.of(new RemoteApi(
                Trees.name(apiService),
                Trees.text(spec, "group"),
                Trees.text(spec, "version"),
                new Priorities(
                        spec.path("groupPriorityMinimum").asInt(),
                        spec.path("versionPriority").asInt()),
                ServicePort.of(
                        Trees.text(spec, "service", "namespace"),
                        Trees.text(spec, "service", "name"),
                        spec.path("service").path("port").asInt(HTTPS)),
                decoded(Trees.text(spec, "caBundle")),
                spec.path("insecureSkipTLSVerify").asBoolean()));
    }

    private static byte[] decoded(String bundle) {
        try {
            return Base64.getMimeDecoder().decode(bundle);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    String groupVersion() {
        return group + "/" + version;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RemoteApi that
                && name.equals(that.name)
                && groupVersion().equals(that.groupVersion())
                && priorities.equals(that.priorities)
                && service.equals(that.service)
                && insecure == that.insecure
                && Arrays.equals(caPem, that.caPem);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
