package io.luban.embeddedkube.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.aggregation.RemoteApis.Answer;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.service.ServiceBackend;
import io.luban.http.Headers;
import io.luban.http.HttpRuntime;
import io.luban.http.Upstream;
import io.luban.http.UpstreamClient;
import io.luban.http.UpstreamClient.Call;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks a registered server what it serves; every question has a deadline and the answers a bound. */
final class RemoteProbe implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final long LONGEST_LIST = 4L * 1024 * 1024;
    private static final long LONGEST_DOCUMENT = 16L * 1024 * 1024;
    private static final User AGGREGATOR =
            new User("system:kube-aggregator", "", List.of("system:masters", "system:authenticated"), Map.of());

    private final RemoteForwarding forwarding;
    private final UpstreamClient client;

    /** What came of a check, in the words of the condition. */
    record Result(Answer answer, String reason, String message) {}

    RemoteProbe(RemoteForwarding forwarding, HttpRuntime runtime) {
        this.forwarding = forwarding;
        this.client = new UpstreamClient(runtime);
    }

    Result ask(RemoteApi api, ServiceBackend backend) {
        var path = backend.basePath() + "/apis/" + api.groupVersion();
        var address = (backend.isTls(true) ? "https://" : "http://") + backend.authority() + path;
        try {
            var upstream = forwarding.upstream(api, backend);
            var answer = client.call(upstream, get(path), DEADLINE, LONGEST_LIST);
            if (answer.status() < 200 || answer.status() > 299) {
                return failed(address, "bad status from " + address + ": " + answer.status());
            }
            var resources = Json.parse(answer.body()).path("resources");
            if (!resources.isArray()) {
                return failed(address, "the answer is no APIResourceList");
            }
            var document = document(api, backend, upstream);
            return new Result(new Answer(true, resources, document), "Passed", "all checks passed");
        } catch (UncheckedIOException e) {
            return failed(address, rootOf(e));
        } catch (ParseException | IllegalArgumentException e) {
            return failed(address, String.valueOf(e.getMessage()));
        }
    }

    /** A server without a readable document is served all the same. */
    private ObjectNode document(RemoteApi api, ServiceBackend backend, Upstream upstream) {
        var path = backend.basePath() + "/openapi/v3/apis/" + api.groupVersion();
        try {
            var answer = client.call(upstream, get(path), DEADLINE, LONGEST_DOCUMENT);
            return answer.status() == 200 ? objectOf(Json.parse(answer.body())).orElseGet(Json::object) : Json.object();
        } catch (UncheckedIOException | ParseException e) {
            return Json.object();
        }
    }

    private static Optional<ObjectNode> objectOf(JsonNode json) {
        return json instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    }

    private static Call get(String path) {
        return Call.get(path, RemoteForwarding.identified(Headers.of("Accept", "application/json"), AGGREGATOR));
    }

    private static Result failed(String address, String why) {
        return new Result(
                Answer.NONE, "FailedDiscoveryCheck", "failing or missing response from %s: %s".formatted(address, why));
    }

    private static String rootOf(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        var text = root.getMessage();
        return text == null ? root.getClass().getSimpleName() : text;
    }

    @Override
    public void close() {
        client.close();
    }
}
