package io.luban.apiserver.kubeproxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.Config;
import io.luban.apiserver.endpoint.ProxyErrors;
import io.luban.apiserver.endpoint.ServiceProxy;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.http.ForwardTarget;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.TlsMaterial;
import io.luban.http.Upstream;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An API server elsewhere. Requests keep their path below that of the server's URL and get the gateway's credentials. */
final class RemoteKubernetes implements KubeUpstream {
    private final Upstream upstream;
    private final String prefix;
    private final Supplier<String> bearerToken;

    RemoteKubernetes(Upstream upstream, String prefix, Supplier<String> bearerToken) {
        this.upstream = upstream;
        this.prefix = prefix;
        this.bearerToken = bearerToken;
    }

    /** The server, trust anchors and credentials of the current context. */
    static RemoteKubernetes fromKubeconfig(String kubeconfig) {
        requireServer(Yaml.parse(kubeconfig));
        Config config;
        try {
            config = Config.fromKubeconfig(kubeconfig);
        } catch (RuntimeException e) {
            throw new ParseException("kubeconfig: " + e.getMessage());
        }
        var server = URI.create(Optional.ofNullable(config.getMasterUrl()).orElse(""));
        if (server.getHost() == null) {
            throw noServer();
        }
        boolean tls = "https".equals(server.getScheme());
        int port = server.getPort() >= 0 ? server.getPort() : tls ? 443 : 80;
        var insecure = config.isTrustCerts();
        var anchors = insecure ? new byte[0] : content(config.getCaCertData(), config.getCaCertFile());
        var upstream = new Upstream(tls, server.getHost(), port, anchors, insecure);
        var certificate = content(config.getClientCertData(), config.getClientCertFile());
        var key = content(config.getClientKeyData(), config.getClientKeyFile());
        if (certificate.length > 0 && key.length > 0) {
            upstream = upstream.presenting(new TlsMaterial(certificate, key, false));
        }
        var path = Optional.ofNullable(server.getRawPath()).orElse("");
        var prefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return new RemoteKubernetes(upstream, prefix, () -> token(config));
    }

    /** The library would take the cluster that it runs in for one that is not named. */
    private static void requireServer(JsonNode kubeconfig) {
        var context = named(kubeconfig.path("contexts"), kubeconfig.path("current-context"))
                .path("context");
        var cluster =
                named(kubeconfig.path("clusters"), context.path("cluster")).path("cluster");
        if (cluster.path("server").asText("").isEmpty()) {
            throw noServer();
        }
    }

    private static JsonNode named(JsonNode list, JsonNode name) {
        for (var entry : list) {
            if (entry.path("name").asText("").equals(name.asText(""))) {
                return entry;
            }
        }
        return MissingNode.getInstance();
    }

    private static ParseException noServer() {
        return new ParseException("kubeconfig: the current context names no server");
    }

    private static String token(Config config) {
        var provider = config.getOauthTokenProvider();
        return Optional.ofNullable(provider == null ? config.getOauthToken() : provider.getToken())
                .or(() -> Optional.ofNullable(config.getAutoOAuthToken()))
                .orElse("");
    }

    private static byte[] content(@Nullable String data, @Nullable String file) {
        if (data != null && !data.isEmpty()) {
            return Base64.getMimeDecoder().decode(data);
        }
        if (file == null || file.isEmpty()) {
            return new byte[0];
        }
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException("kubeconfig: %s cannot be read".formatted(file), e);
        }
    }

    @Override
    public Reply forward(Request request, RequestInfo info) {
        var query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        var target = prefix + request.rawPath() + query;
        var sent = new ForwardTarget(
                upstream, request.method(), target, headers(request), Duration.ZERO, ProxyErrors.OF_ANY_ANSWER);
        return new Reply.Forward(sent.carrying(request));
    }

    @Override
    public Optional<ServiceProxy> serviceProxy() {
        return Optional.of(new ServiceProxy(upstream, prefix, bearerToken));
    }

    private Headers headers(Request request) {
        var token = bearerToken.get();
        return token.isEmpty() ? request.headers() : request.headers().with("Authorization", "Bearer " + token);
    }

    @Override
    public boolean blocks() {
        return false;
    }
}
