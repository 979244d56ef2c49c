package io.luban.controller.serviceaccount;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import java.util.Optional;

/** Where accounts and their Secrets are, and which Secret is whose. */
public final class Accounts {
    /** Which account a pod's containers shall act as. */
    public static final String OF_POD = "kubesphere.io/serviceaccount-name";
    /** The volume with the token. */
    public static final String VOLUME = "kubesphere-service-account";
    /** The ConfigMap with the authority of the platform's own certificates. */
    public static final String ROOT_CA = "kubesphere-root-ca.crt";

    static final String FINALIZER = "finalizers.kubesphere.io/serviceaccount";
    static final String TYPE = "kubesphere.io/service-account-token";
    static final String NAME = "kubesphere.io/service-account.name";
    private static final String GROUP = "/apis/kubesphere.io/v1alpha1";

    private Accounts() {}

    /** All accounts of the cluster. */
    static String all() {
        return GROUP + "/serviceaccounts";
    }

    static String path(String namespace, String name) {
        return GROUP + "/namespaces/" + namespace + "/serviceaccounts/" + name;
    }

    static String secrets(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/secrets";
    }

    /** An account, if it is there. */
    public static Optional<ObjectNode> find(KubeRest kube, String namespace, String name) {
        return kube.find(path(namespace, name));
    }

    /** Name of the first of an account's Secrets that is its own and holds a token; empty while none does. */
    public static Optional<String> secretWithToken(KubeRest kube, JsonNode account) {
        for (var reference : account.path("secrets")) {
            var secret = secret(kube, account, reference);
            if (secret.isPresent() && hasToken(secret.get())) {
                return Optional.of(reference.path("name").asText());
            }
        }
        return Optional.empty();
    }

    /** The Secret that an account's reference means, if it is one of its own. */
    static Optional<ObjectNode> secret(KubeRest kube, JsonNode account, JsonNode reference) {
        var namespace = account.at("/metadata/namespace").asText("");
        var name = reference.path("name").asText("");
        // What lies in other namespaces is not an account's to use or to remove.
        boolean isNear = reference.path("namespace").asText(namespace).equals(namespace);
        return name.isEmpty() || !isNear
                ? Optional.empty()
                : kube.find(secrets(namespace) + "/" + name)
                        .filter(secret ->
                                isOf(secret, account.at("/metadata/name").asText("")));
    }

    static boolean isOf(JsonNode secret, String account) {
        return secret.path("type").asText("").equals(TYPE) && owner(secret).equals(account);
    }

    /** The account that a Secret was made for. */
    static String owner(JsonNode secret) {
        return secret.path("metadata").path("annotations").path(NAME).asText("");
    }

    static boolean hasToken(JsonNode secret) {
        return !secret.at("/data/token").asText("").isEmpty();
    }

    static boolean isBeingDeleted(JsonNode object) {
        return object.at("/metadata/deletionTimestamp").isTextual();
    }
}
