package io.luban.controller.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import java.util.ArrayList;
import java.util.List;

/** Reads whole collections; a kind that the cluster does not serve has no objects. */
public final class Lists {
    private static final int PAGE = 500;

    private Lists() {}

    /** The items of a collection, with kind and version where the server leaves them out of lists. */
    public static List<ObjectNode> items(KubeRest kube, String path) {
        var items = new ArrayList<ObjectNode>();
        var separator = path.contains("?") ? "&" : "?";
        var token = "";
        try {
            do {
                var page = kube.get(
                        path + separator + "limit=" + PAGE + (token.isEmpty() ? "" : "&continue=" + encode(token)));
                page.path("items").forEach(item -> {
                    if (item instanceof ObjectNode object) {
                        items.add(object);
                    }
                });
                token = page.at("/metadata/continue").asText("");
            } while (!token.isEmpty());
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
        return items;
    }

    private static String encode(String token) {
        return java.net.URLEncoder.encode(token, java.nio.charset.StandardCharsets.UTF_8);
    }
}
