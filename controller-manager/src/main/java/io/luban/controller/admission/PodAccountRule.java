package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.serviceaccount.Accounts;
import io.luban.kube.KubeRest;

/**
 * Pods that name an account of the platform get its token as a file.
 *
 * @param isTlsInside whether they get the authority of the gateway's certificate as well
 */
record PodAccountRule(KubeRest kube, boolean isTlsInside) implements Rule {
    private static final String DIRECTORY = "/var/run/secrets/kubesphere.io/serviceaccount";
    private static final int READABLE = 0644;

    @Override
    public void complete(Review review) {
        var name = review.annotation(Accounts.OF_POD);
        if (name.isEmpty() || hasVolume(review.spec())) {
            return;
        }
        var account = Accounts.find(kube, review.namespace(), name)
                .orElseThrow(() ->
                        RefusedException.notFound("serviceaccounts.kubesphere.io \"%s\" not found".formatted(name)));
        var secret = Accounts.secretWithToken(kube, account)
                .orElseThrow(() -> RefusedException.internal(
                        "service account \"%s/%s\" has no token yet".formatted(review.namespace(), name)));
        var spec = review.object().withObject("/spec");
        addVolume(spec, secret);
        for (var kind : new String[] {"containers", "initContainers"}) {
            for (var container : spec.path(kind)) {
                if (container instanceof ObjectNode object && !isMounted(object)) {
                    object.withArray("/volumeMounts")
                            .addObject()
                            .put("name", Accounts.VOLUME)
                            .put("mountPath", DIRECTORY)
                            .put("readOnly", true);
                }
            }
        }
    }

    private static boolean hasVolume(JsonNode spec) {
        for (var volume : spec.path("volumes")) {
            if (volume.path("name").asText("").equals(Accounts.VOLUME)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMounted(JsonNode container) {
        for (var mount : container.path("volumeMounts")) {
            if (mount.path("mountPath").asText("").equals(DIRECTORY)) {
                return true;
            }
        }
        return false;
    }

    private void addVolume(ObjectNode spec, String secret) {
        var volume = spec.withArray("/volumes").addObject().put("name", Accounts.VOLUME);
        var sources = volume.putObject("projected").put("defaultMode", READABLE).putArray("sources");
        addFile(sources.addObject().putObject("secret"), secret, "token");
        if (isTlsInside) {
            addFile(sources.addObject().putObject("configMap"), Accounts.ROOT_CA, "ca.crt");
        }
    }

    private static void addFile(ObjectNode source, String name, String file) {
        source.put("name", name).putArray("items").addObject().put("key", file).put("path", file);
    }
}
