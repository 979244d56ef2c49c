package io.luban.apiserver.kapis.oauth;

import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The OAuth clients configured by Secrets, known by the name inside their configuration. */
public final class OAuthClients implements AutoCloseable {
    private final Map<String, OAuthClient> byName = new ConcurrentHashMap<>();
    private final ProjectedCache<OAuthClient> cache;

    /** Follows the Secrets of the namespace. */
    public OAuthClients(KubeRest kube, String namespace) {
        var query = CollectionQuery.of("/api/v1/namespaces/" + namespace + "/secrets")
                .labelled("config.kubesphere.io/type=oauthclient");
        cache = ProjectedCache.start(kube, query, OAuthClient::from, (name, before, after) -> {
            before.ifPresent(client -> byName.remove(client.name(), client));
            after.ifPresent(client -> byName.put(client.name(), client));
        });
    }

    Optional<OAuthClient> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Waits for the first listing. */
    public boolean awaitSync(Duration limit) throws InterruptedException {
        return cache.awaitSync(limit);
    }

    @Override
    public void close() {
        cache.close();
    }
}
