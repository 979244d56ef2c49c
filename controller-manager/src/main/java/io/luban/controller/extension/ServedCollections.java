package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every collection of objects that a cluster serves, in the preferred version of its group. */
final class ServedCollections {
    private static final Logger log = LoggerFactory.getLogger(ServedCollections.class);

    private final KubeRest kube;

    ServedCollections(KubeRest kube) {
        this.kube = kube;
    }

    /**
     * A collection.
     *
     * @param base path of group and version
     * @param resource plural name
     */
    record Served(String base, String resource, boolean isNamespaced) {
        /** Path over all namespaces. */
        String path() {
            return base + "/" + resource;
        }

        String in(String namespace) {
            return base + "/namespaces/" + namespace + "/" + resource;
        }

        /** Path of an object that is in the collection. */
        String of(JsonNode object) {
            var collection = isNamespaced ? in(object.at("/metadata/namespace").asText()) : path();
            return collection + "/" + object.at("/metadata/name").asText();
        }
    }

    List<Served> all() {
        var collections = new ArrayList<Served>();
        add("/api/v1", collections);
        for (var group : kube.get("/apis").path("groups")) {
            add("/apis/" + group.at("/preferredVersion/groupVersion").asText(), collections);
        }
        return collections;
    }

    /** The items at a path; none where they cannot be listed or where an aggregated API does not answer. */
    List<ObjectNode> items(String path) {
        try {
            return Lists.items(kube, path);
        } catch (ApiException e) {
            if (e.code() == 405 || e.code() == 503) {
                return List.of();
            }
            throw e;
        }
    }

    private void add(String base, List<Served> collections) {
        for (var resource : resources(base)) {
            var name = resource.path("name").asText();
            if (isListed(resource) && !name.contains("/")) {
                collections.add(
                        new Served(base, name, resource.path("namespaced").asBoolean(false)));
            }
        }
    }

    /** None for a group that is gone, or whose own server does not answer: the others must not suffer from that. */
    private JsonNode resources(String base) {
        try {
            return kube.get(base).path("resources");
        } catch (ApiException e) {
            if (e.code() == 404 || e.code() == 503) {
                log.atWarn()
                        .addKeyValue("path", base)
                        .addKeyValue("cause", e.getMessage())
                        .log("API group is left out");
                return Json.array();
            }
            throw e;
        }
    }

    private static boolean isListed(JsonNode resource) {
        for (var verb : resource.path("verbs")) {
            if (verb.asText().equals("list")) {
                return true;
            }
        }
        return false;
    }
}
