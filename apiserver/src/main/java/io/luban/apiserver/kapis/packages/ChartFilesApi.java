package io.luban.apiserver.kapis.packages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.luban.apiserver.content.StoredContent;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.router.Route;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.remote.ChartStore;
import io.luban.extensionformat.remote.RemoteException;
import io.luban.http.Reply;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET …/extensionversions/{version}/files}: every file of a version's chart, as the console shows default values
 * and descriptions. What was read is kept until the version or its chart changes.
 */
public final class ChartFilesApi {
    private static final String PREFIX = "/kapis/package.kubesphere.io/v1alpha1/extensionversions/";
    private static final String SUFFIX = "/files";
    private static final String VERSIONS = "/apis/kubesphere.io/v1alpha1/extensionversions/";
    private static final long MAX_CACHED_BYTES = 32L * 1024 * 1024;
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final KubeRest kube;
    private final ChartStore charts;
    private final Cache<String, StoredContent> answers = Caffeine.newBuilder()
            .maximumWeight(MAX_CACHED_BYTES)
            .weigher((String key, StoredContent content) -> content.size())
            .expireAfterAccess(KEPT)
            .build();

    /**
     * Reads charts by {@code kube}.
     *
     * @param environment variables in which proxies are looked up
     */
    public ChartFilesApi(KubeRest kube, Map<String, String> environment) {
        this.kube = kube;
        this.charts = new ChartStore(this::find, environment);
    }

    /** The route. */
    public Route route() {
        return Route.blocking("GET", PREFIX + "*", this::answer)
                .described("Extensions", "Files of an extension version's chart.");
    }

    private Reply answer(Exchange exchange) {
        var path = exchange.info().path();
        if (!path.endsWith(SUFFIX) || path.length() <= PREFIX.length() + SUFFIX.length()) {
            throw ApiException.noSuchResource();
        }
        var name = path.substring(PREFIX.length(), path.length() - SUFFIX.length());
        if (name.contains("/")) {
            throw ApiException.noSuchResource();
        }
        var version = kube.find(VERSIONS + name)
                .orElseThrow(
                        () -> ApiException.notFound(new GroupResource("kubesphere.io", "extensionversions"), name));
        var only = exchange.request().query("path").orElse("");
        var key = String.join(" ", name, stamp(version), only);
        var content = Optional.ofNullable(answers.getIfPresent(key)).orElseGet(() -> {
            var read = StoredContent.of(Json.bytes(files(name, version, only)));
            answers.put(key, read);
            return read;
        });
        return content.reply(exchange.request(), "application/json");
    }

    /** Changes with the version and, where the chart lies in a ConfigMap, with that. */
    private String stamp(ObjectNode version) {
        var own = version.at("/metadata/resourceVersion").asText("");
        return configMap(version)
                .map(map -> own + " " + map.at("/metadata/resourceVersion").asText(""))
                .orElse(own);
    }

    private Optional<JsonNode> configMap(ObjectNode version) {
        var reference = version.at("/spec/chartDataRef");
        return reference.isObject()
                ? find("/api/v1/namespaces/%s/configmaps/%s"
                        .formatted(
                                reference.path("namespace").asText(""),
                                reference.path("name").asText("")))
                : Optional.empty();
    }

    private JsonNode files(String name, ObjectNode version, String only) {
        var list = Json.array();
        for (var file : read(name, version)) {
            if (only.isEmpty() || only.equals(file.path())) {
                list.addObject()
                        .put("Name", file.path())
                        .put("Data", Base64.getEncoder().encodeToString(file.data()));
            }
        }
        return list;
    }

    private List<ChartFile> read(String name, ObjectNode version) {
        var map = configMap(version);
        var key = version.at("/spec/chartDataRef/key").asText("");
        boolean keyMissing = map.isPresent()
                && !map.get().path("binaryData").has(key)
                && !map.get().path("binaryData").has(key + ".000");
        if (keyMissing) {
            return List.of();
        }
        try {
            return ChartArchive.read(charts.read(version)).files();
        } catch (ArchiveException e) {
            throw ApiException.internal("chart of extension version \"%s\": %s".formatted(name, e.getMessage()));
        } catch (RemoteException e) {
            var message = "chart of extension version \"%s\": %s".formatted(name, e.getMessage());
            throw version.at("/spec/chartDataRef").isObject()
                    ? ApiException.internal(message)
                    : ApiException.generic(502, "BadGateway", message);
        }
    }

    private Optional<JsonNode> find(String path) {
        return kube.find(path).map(JsonNode.class::cast);
    }
}
