package io.luban.apiserver.kapis.version;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.router.Route;
import io.luban.http.Reply;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.time.Duration;
import java.util.List;

/** {@code GET /version} and its older name {@code /kapis/version}. The console picks APIs by {@code gitVersion}. */
public final class VersionApi {
    private static final Duration REFRESH = Duration.ofMinutes(5);
    private static final List<String> FIELDS = List.of(
            "major",
            "minor",
            "gitVersion",
            "gitCommit",
            "gitTreeState",
            "buildDate",
            "goVersion",
            "compiler",
            "platform");

    private final KubeRest kube;
    private final String version;
    private final LoadingCache<String, ObjectNode> kubernetes =
            Caffeine.newBuilder().maximumSize(1).expireAfterWrite(REFRESH).build(this::load);

    /** Tells {@code version}, such as {@code v4.2.0}, and what Kubernetes says of itself. */
    public VersionApi(KubeRest kube, String version) {
        this.kube = kube;
        this.version = version;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.blocking("GET", "/version", this::answer)
                        .described("NonResource APIs", "Versions of the platform and of Kubernetes."),
                Route.blocking("GET", "/kapis/version", this::answer));
    }

    private Reply answer(Exchange exchange) {
        var numbers = version.substring(1).split("[.+-]", -1);
        var json = Json.object()
                .put("gitVersion", version)
                .put("gitMajor", numbers[0])
                .put("gitMinor", numbers.length > 1 ? numbers[1] : "0")
                .put("gitCommit", "unknown")
                .put("gitTreeState", "unknown")
                .put("buildDate", "unknown")
                .put("goVersion", "java" + Runtime.version().feature())
                .put("compiler", "javac")
                .put("platform", System.getProperty("os.name", "") + "/" + System.getProperty("os.arch", ""));
        try {
            json.set("kubernetes", kubernetes.get("version"));
        } catch (ApiException e) {
            // the platform's own version is worth telling even when Kubernetes is away
            json.putObject("kubernetes");
        }
        return Reply.json(200, Json.bytes(json));
    }

    private ObjectNode load(String key) {
        var answer = kube.get("/" + key);
        var json = Json.object();
        FIELDS.forEach(field -> json.put(field, answer.path(field).asText("")));
        return json;
    }
}
