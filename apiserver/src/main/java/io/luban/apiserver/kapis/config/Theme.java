package io.luban.apiserver.kapis.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import io.luban.model.Json;
import java.time.Duration;
import java.util.Optional;

/** Title and pictures of the console, in a ConfigMap. Read from memory: every visitor asks for them, logged in or not. */
final class Theme implements AutoCloseable {
    private static final String NAME = "platform-configuration-theme";

    private final KubeRest kube;
    private final String namespace;
    private final ProjectedCache<ObjectNode> stored;
    private volatile ObjectNode current = Json.object();

    /** Follows the ConfigMap in the namespace. */
    Theme(KubeRest kube, String namespace) {
        this.kube = kube;
        this.namespace = namespace;
        stored = ProjectedCache.start(
                kube,
                CollectionQuery.of(path()).where("metadata.name=" + NAME),
                Theme::read,
                (name, before, after) -> current = after.orElseGet(Json::object));
    }

    private static Optional<ObjectNode> read(ObjectNode object) {
        boolean isTheme = object.path("metadata").path("name").asText("").equals(NAME);
        return isTheme && object.get("data") instanceof ObjectNode data ? Optional.of(data) : Optional.empty();
    }

    private String path() {
        return "/api/v1/namespaces/" + namespace + "/configmaps";
    }

    /** The members; empty when nothing was set. Not to be changed. */
    ObjectNode current() {
        return current;
    }

    /** Stores another one, which is the current one from now on. */
    void replace(ObjectNode theme) {
        var known = kube.find(path() + "/" + NAME);
        var object = known.orElseGet(this::empty);
        object.set("data", theme);
        if (known.isPresent()) {
            kube.update(path() + "/" + NAME, object);
        } else {
            kube.create(path(), object);
        }
        current = theme;
    }

    private ObjectNode empty() {
        var object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", NAME).put("namespace", namespace);
        return object;
    }

    boolean awaitSync(Duration limit) throws InterruptedException {
        return stored.awaitSync(limit);
    }

    @Override
    public void close() {
        stored.close();
    }
}
