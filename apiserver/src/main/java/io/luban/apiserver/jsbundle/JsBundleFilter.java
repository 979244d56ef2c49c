package io.luban.apiserver.jsbundle;

import io.luban.apiserver.content.StoredContent;
import io.luban.apiserver.endpoint.Forwarding;
import io.luban.apiserver.extension.ConditionWriter;
import io.luban.apiserver.extension.ExtensionObjects;
import io.luban.apiserver.extension.Verdicts;
import io.luban.apiserver.health.FirstListing;
import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.apiserver.resilience.Guards;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code GET /dist/…} of extensions' front ends, to anybody: the login page loads them too. Only exact links of
 * available bundles are served; everything else goes on. Answers 405 to other methods, 404 to a source without the file,
 * 503 to one that cannot be read.
 */
public final class JsBundleFilter implements Stage, AutoCloseable {
    private final Guards guards;
    private final EntryCache entries;
    private final RemoteCache remotes = new RemoteCache();
    private final ExtensionObjects<List<Asset>> objects;
    private volatile Map<String, Asset> assets = Map.of();

    /** Follows the JSBundles; what is wrong with one is said in its conditions, while its last good form serves. */
    public JsBundleFilter(KubeRest kube, Guards guards, ConditionWriter conditions) {
        this.guards = guards;
        entries = new EntryCache(kube);
        var verdicts = new Verdicts<List<Asset>>(
                Asset.KIND,
                conditions,
                bundle -> bundle.getFirst().bundle(),
                Asset::judge,
                (broken, good) -> good.stream()
                        .map(asset -> asset.of(broken.getFirst().bundle()))
                        .toList());
        objects = new ExtensionObjects<>(
                kube,
                "jsbundles",
                Asset::of,
                bundles -> publish(verdicts.settle(
                        bundles.stream().filter(bundle -> !bundle.isEmpty()).toList(), Asset::conflicts)));
    }

    private void publish(List<List<Asset>> bundles) {
        guards.retain(
                Asset.KIND,
                bundles.stream()
                        .flatMap(List::stream)
                        .flatMap(asset -> asset.backend().stream())
                        .toList());
        var byLink = new HashMap<String, Asset>();
        Asset.inOrder(bundles).forEach(asset -> byLink.putIfAbsent(asset.link(), asset));
        assets = Map.copyOf(byLink);
    }

    @Override
    public Step attempt(Exchange exchange) {
        var asset = asset(exchange);
        if (asset == null) {
            return Step.next(exchange);
        }
        var request = exchange.request();
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Step.answer(methodNotAllowed());
        }
        return switch (asset.source()) {
            case BundleSource.Raw raw ->
                Step.answer(raw.content()
                        .reply(
                                request,
                                asset.fallbackType(),
                                !asset.version().isEmpty()
                                        && request.query("resourceVersion").equals(Optional.of(asset.version()))));
            case BundleSource.Entry entry ->
                entries.fresh(entry)
                        .map(version -> Step.answer(answer(version.content(), asset, request)))
                        .orElse(Step.blocked());
            case BundleSource.Remote remote ->
                Step.answer(forward(asset, asset.backend().orElseThrow(), exchange));
            case BundleSource.Missing missing -> Step.answer(ErrorResponses.pageNotFound());
            case BundleSource.Broken broken ->
                Step.answer(ErrorResponses.unavailable("failed to fetch content: " + broken.problem()));
        };
    }

    private @Nullable Asset asset(Exchange exchange) {
        var path = exchange.info().path();
        return path.startsWith("/dist") ? assets.get(path) : null;
    }

    /** Only entries that were not read lately get here. */
    @Override
    public Step perform(Exchange exchange) {
        var asset = asset(exchange);
        if (asset == null || !(asset.source() instanceof BundleSource.Entry entry)) {
            return attempt(exchange);
        }
        try {
            return Step.answer(answer(entries.read(entry), asset, exchange.request()));
        } catch (ApiException e) {
            var kind = entry.plural().equals("secrets") ? "secret" : "configmap";
            return Step.answer(
                    ErrorResponses.unavailable("failed to fetch content from %s: %s".formatted(kind, e.getMessage())));
        }
    }

    private static Reply answer(Optional<StoredContent> content, Asset asset, Request request) {
        return content.map(bytes -> bytes.reply(request, asset.fallbackType())).orElseGet(ErrorResponses::pageNotFound);
    }

    /** The backend of a public file learns neither who loads it nor with which session. */
    private Reply forward(Asset asset, Guards.Backend backend, Exchange exchange) {
        var request = exchange.request();
        var headers = request.headers()
                .without("Authorization")
                .without("X-KubeSphere-Authorization")
                .without("Cookie");
        var visit = remotes.visit(asset, request, answer -> typed(asset, answer));
        var outgoing = new Forwarding.Outgoing(
                request.method(),
                "",
                request.rawQuery(),
                visit.asking(headers),
                backend.policy().timeout(),
                visit);
        return guards.forward(backend, exchange, outgoing);
    }

    private static Headers typed(Asset asset, Headers answer) {
        if (asset.contentType().isEmpty() && answer.contains("Content-Type")) {
            return answer;
        }
        return answer.with("Content-Type", asset.fallbackType()).with("X-Content-Type-Options", "nosniff");
    }

    private static Reply methodNotAllowed() {
        var headers = Headers.of(
                "Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options", "nosniff", "Allow", "GET, HEAD");
        return new Reply.Content(405, headers, "405: Method Not Allowed".getBytes(StandardCharsets.UTF_8));
    }

    /** What has to be listed before every object is known. */
    public List<FirstListing> firstListings() {
        return objects.firstListings();
    }

    @Override
    public void close() {
        objects.close();
    }
}
