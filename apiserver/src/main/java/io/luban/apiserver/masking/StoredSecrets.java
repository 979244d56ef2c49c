package io.luban.apiserver.masking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.http.Request;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Completes what callers write. They read objects without secrets and send them back so; Kubernetes would take that for the
 * wish to remove the secret.
 */
public final class StoredSecrets {
    private static final Set<String> COPYING = Set.of("copy", "move");

    private final KubeRest kube;
    private final long maxBodyBytes;

    /** Reads stored objects by {@code kube}. */
    public StoredSecrets(KubeRest kube, long maxBodyBytes) {
        this.kube = kube;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Whether the request writes in a form that can drop or copy a secret unseen. */
    static boolean concern(Exchange exchange) {
        var info = exchange.info();
        return !info.name().isEmpty()
                && (info.verb().equals("update") || (info.verb().equals("patch") && isJsonPatch(exchange.request())));
    }

    private static boolean isJsonPatch(Request request) {
        return type(request).equals("application/json-patch+json");
    }

    private static String type(Request request) {
        return request.header("Content-Type")
                .orElse("")
                .split(";", 2)[0]
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** The request with the stored secrets in its body; blocks when {@link #concern} says so. */
    Exchange completed(Exchange exchange, Secrecy secrecy) {
        if (!concern(exchange)) {
            return exchange;
        }
        var request = exchange.request();
        var body = parsed(request);
        boolean changed = exchange.info().verb().equals("update")
                ? body instanceof ObjectNode object && restored(exchange.info(), object, secrecy)
                : checkedPatch(exchange.info(), body, secrecy);
        if (!changed) {
            return exchange;
        }
        var bytes = Json.bytes(body);
        var headers = request.headers()
                .with("Content-Type", isJsonPatch(request) ? "application/json-patch+json" : "application/json")
                .with("Content-Length", Integer.toString(bytes.length));
        return exchange.with(request.withBody(bytes).withHeaders(headers));
    }

    /** What cannot be read is Kubernetes' to refuse. */
    private JsonNode parsed(Request request) {
        var bytes = request.body(maxBodyBytes);
        try {
            return type(request).endsWith("yaml")
                    ? Yaml.parse(new String(bytes, StandardCharsets.UTF_8))
                    : Json.parse(bytes);
        } catch (ParseException e) {
            return Json.array();
        }
    }

    /** As the gateway itself sees the object. */
    private Optional<ObjectNode> stored(RequestInfo info) {
        return kube.find(
                "/apis/%s/%s/%s/%s".formatted(info.apiGroup(), info.apiVersion(), info.resource(), info.name()));
    }

    /** A JSON patch (RFC 6902) must not take a secret to where it is shown, nor replace what surrounds it without it. */
    private boolean checkedPatch(RequestInfo info, JsonNode patch, Secrecy secrecy) {
        boolean changed = false;
        for (var step : patch) {
            var word = step.path("op").asText("");
            if (COPYING.contains(word) && secrecy.touches(step.path("from").asText(""))) {
                throw ApiException.forbidden(
                        new GroupResource(info.apiGroup(), info.resource()),
                        info.name(),
                        "%s of %s would show what nobody may read"
                                .formatted(word, step.path("from").asText("")));
            }
            boolean replaces = word.equals("replace") || word.equals("add");
            if (replaces && step.get("value") instanceof ObjectNode value) {
                changed |= restoreBelow(info, step.path("path").asText(""), value, secrecy);
            }
        }
        return changed;
    }

    private boolean restoreBelow(RequestInfo info, String path, ObjectNode value, Secrecy secrecy) {
        if (!secrecy.touches(path)) {
            return false;
        }
        var whole = Json.object();
        if (path.isEmpty()) {
            whole = value;
        } else {
            var above = whole;
            var names = path.substring(1).split("/", -1);
            for (int i = 0; i < names.length - 1; i++) {
                above = above.putObject(names[i]);
            }
            above.set(names[names.length - 1], value);
        }
        return restored(info, whole, secrecy);
    }

    private boolean restored(RequestInfo info, ObjectNode written, Secrecy secrecy) {
        return secrecy.isIncomplete(written)
                && stored(info).map(known -> secrecy.restore(written, known)).orElse(false);
    }
}
