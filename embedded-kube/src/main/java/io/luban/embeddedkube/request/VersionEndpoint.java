package io.luban.embeddedkube.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Json;
import java.util.Locale;
import java.util.Optional;

/** {@code /version}: which Kubernetes this server speaks. Clients and charts decide by it what they may use. */
public final class VersionEndpoint implements Endpoint {
    /** A plus sign, because what follows a minus sign would count as a pre-release and fail charts' conditions. */
    public static final String GIT_VERSION = "v1.33.4+luban";

    private final ObjectNode version = version();

    @Override
    public Optional<Reply> answer(Request request) {
        var path = request.path();
        return path.equals("/version") || path.equals("/version/")
                ? Optional.of(Answers.object(request, MediaChoice.JSON, 200, version))
                : Optional.empty();
    }

    private static ObjectNode version() {
        var architecture = System.getProperty("os.arch", "unknown");
        return Json.object()
                .put("major", "1")
                .put("minor", "33")
                .put("emulationMajor", "1")
                .put("emulationMinor", "33")
                .put("minCompatibilityMajor", "1")
                .put("minCompatibilityMinor", "32")
                .put("gitVersion", GIT_VERSION)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "2025-08-13T00:00:00Z")
                .put("goVersion", "java" + Runtime.version().feature())
                .put("compiler", "javac")
                .put(
                        "platform",
                        System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT)
                                + "/"
                                + (architecture.equals("x86_64") ? "amd64" : architecture));
    }
}
