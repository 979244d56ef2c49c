package io.luban.controller.serviceaccount;

import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The authority that signed the gateway's certificate, where workloads can mount it. */
record RootAuthority(KubeRest kube) {
    private static final String SOURCE = "/api/v1/namespaces/kubesphere-system/secrets/ks-apiserver-tls-certs";
    private static final String KEY = "ca.crt";

    /** Puts it into the namespace, or brings it up to date there; nothing happens while the cluster does not know it. */
    void ensure(String namespace) {
        var encoded = kube.find(SOURCE)
                .map(secret -> secret.path("data").path(KEY).asText(""))
                .orElse("");
        if (encoded.isEmpty()) {
            return;
        }
        var text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        var collection = "/api/v1/namespaces/" + namespace + "/configmaps";
        var present = kube.find(collection + "/" + Accounts.ROOT_CA);
        if (present.isEmpty()) {
            create(collection, namespace, text);
        } else if (!present.get().path("data").path(KEY).asText("").equals(text)) {
            var patch = Json.object();
            patch.putObject("data").put(KEY, text);
            kube.patch(collection + "/" + Accounts.ROOT_CA, patch);
        }
    }

    private void create(String collection, String namespace, String text) {
        var map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").put("name", Accounts.ROOT_CA).put("namespace", namespace);
        map.putObject("data").put(KEY, text);
        try {
            kube.create(collection, map);
        } catch (ApiException e) {
            // another account of the namespace was faster
            if (e.code() != 409) {
                throw e;
            }
        }
    }
}
