package io.luban.apiserver.multicluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.kubeproxy.KubeUpstream;
import io.luban.http.Upstream;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** How the gateway of a member cluster is reached. */
sealed interface MemberConnection {
    /** By the service proxy of the member's Kubernetes API, with the credentials of its kubeconfig. */
    record ByKubernetes(KubeUpstream kubernetes) implements MemberConnection {}

    /**
     * At an address of its own, or at that of the tunnel's end.
     *
     * @param prefix path of the address, without a slash at its end
     */
    record AtAddress(Upstream upstream, String prefix) implements MemberConnection {}

    /** Not at all. */
    record Broken(String problem) implements MemberConnection {}

    /** Reads {@code spec.connection}; nothing is asked over the network. */
    static MemberConnection of(JsonNode connection) {
        var endpoint = connection.path("kubesphereAPIEndpoint").asText("");
        try {
            var kubeconfig = kubeconfig(connection.path("kubeconfig").asText(""));
            if (endpoint.isEmpty() && connection.path("type").asText("").equals("direct")) {
                return new ByKubernetes(KubeUpstream.fromKubeconfig(Yaml.write(kubeconfig)));
            }
            return atAddress(endpoint, authority(kubeconfig));
        } catch (ParseException | IllegalArgumentException e) {
            return new Broken(String.valueOf(e.getMessage()));
        }
    }

    private static MemberConnection atAddress(String endpoint, byte[] authority) {
        var url = URI.create(endpoint);
        boolean isTls = "https".equals(url.getScheme());
        if (url.getHost() == null || !(isTls || "http".equals(url.getScheme()))) {
            return new Broken("kubesphereAPIEndpoint is no http or https address: " + endpoint);
        }
        int port = url.getPort() >= 0 ? url.getPort() : isTls ? 443 : 80;
        var path = url.getRawPath();
        var prefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return new AtAddress(new Upstream(isTls, url.getHost(), port, isTls ? authority : new byte[0], false), prefix);
    }

    /** The kubeconfig without what would run commands or read files of this machine. */
    private static ObjectNode kubeconfig(String base64) {
        var text = new String(decoded("kubeconfig", base64), StandardCharsets.UTF_8);
        if (!(Yaml.parse(text.isBlank() ? "{}" : text) instanceof ObjectNode kubeconfig)) {
            throw new ParseException("kubeconfig: not an object");
        }
        for (var user : kubeconfig.path("users")) {
            if (user.get("user") instanceof ObjectNode credentials) {
                credentials.remove(List.of("exec", "auth-provider", "tokenFile", "client-certificate", "client-key"));
            }
        }
        for (var cluster : kubeconfig.path("clusters")) {
            if (cluster.get("cluster") instanceof ObjectNode server) {
                server.remove("certificate-authority");
            }
        }
        return kubeconfig;
    }

    /** The first trust anchors that the kubeconfig names; empty for those of the system. */
    private static byte[] authority(ObjectNode kubeconfig) {
        var data =
                kubeconfig.at("/clusters/0/cluster/certificate-authority-data").asText("");
        return decoded("kubeconfig: certificate-authority-data", data);
    }

    private static byte[] decoded(String field, String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new ParseException("%s: not base64: %s".formatted(field, e.getMessage()));
        }
    }
}
