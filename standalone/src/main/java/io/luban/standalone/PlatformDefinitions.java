package io.luban.standalone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.model.CustomResourceDefinitions;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** The definitions of the platform's kinds, which the cluster needs before the parts start. */
final class PlatformDefinitions {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String DIGEST = "luban.io/manifest-digest";
    private static final String FIELD_MANAGER = "luban";

    private PlatformDefinitions() {}

    /** Brings the cluster up to this build; definitions that have not changed since are left alone. */
    static void ensure(KubeRest kube) {
        var present = digests(kube.get(DEFINITIONS));
        for (var definition : CustomResourceDefinitions.all()) {
            var name = definition.path("metadata").path("name").asText();
            var digest = digest(definition);
            if (!digest.equals(present.get(name))) {
                definition.withObject("/metadata").withObject("/annotations").put(DIGEST, digest);
                kube.apply(DEFINITIONS + "/" + name, definition, FIELD_MANAGER, true);
            }
        }
    }

    private static Map<String, String> digests(ObjectNode list) {
        var digests = new HashMap<String, String>();
        for (var item : list.path("items")) {
            var metadata = item.path("metadata");
            digests.put(
                    metadata.path("name").asText(),
                    metadata.path("annotations").path(DIGEST).asText());
        }
        return digests;
    }

    private static String digest(ObjectNode definition) {
        try {
            var bytes = Json.text(definition).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
