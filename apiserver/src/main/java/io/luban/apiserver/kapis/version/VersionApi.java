package io.luban.apiserver.kapis.version;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.router.Route;
import io.luban.http.Reply;
import io.luban.model.Json;
import java.util.List;
import java.util.Locale;

/** {@code GET /version} and its older name {@code /kapis/version}. The console picks APIs by {@code gitVersion}. */
public final class VersionApi {
    private final KubernetesVersion kubernetes;
    private final String version;

    /** Tells {@code version}, such as {@code v4.2.0}, and what Kubernetes says of itself. */
    public VersionApi(KubernetesVersion kubernetes, String version) {
        this.kubernetes = kubernetes;
        this.version = version;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.quick("GET", "/version", this::answer)
                        .described("NonResource APIs", "Versions of the platform and of Kubernetes."),
                Route.quick("GET", "/kapis/version", this::answer));
    }

    private Reply answer(Exchange exchange) {
        var json = describe(version);
        json.set("kubernetes", kubernetes.last());
        return Reply.json(200, Json.bytes(json));
    }

    /** What is known of this build. */
    public static ObjectNode describe(String version) {
        var numbers = version.substring(1).split("[.+-]", -1);
        return Json.object()
                .put("gitVersion", version)
                .put("gitMajor", numbers[0])
                .put("gitMinor", numbers.length > 1 ? numbers[1] : "0")
                .put("gitCommit", "unknown")
                .put("gitTreeState", "unknown")
                .put("buildDate", "unknown")
                .put("goVersion", "java" + Runtime.version().feature())
                .put("compiler", "javac")
                .put("platform", platform(System.getProperty("os.name", ""), System.getProperty("os.arch", "")));
    }

    /** System and processor by the names that tools of Kubernetes have for them. */
    private static String platform(String system, String processor) {
        var name = system.toLowerCase(Locale.ROOT);
        return (name.startsWith("mac") ? "darwin" : name.split(" ", 2)[0]) + "/"
                + (processor.equals("aarch64") ? "arm64" : processor);
    }
}
