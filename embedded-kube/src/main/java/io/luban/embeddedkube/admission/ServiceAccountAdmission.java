package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.util.List;
import java.util.Optional;

/** Gives every pod an account that exists, and its containers that account's token. */
final class ServiceAccountAdmission implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
    private static final String TOKEN_VOLUME = "kube-api-access-";
    private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final int FILE_MODE = 420;
    private static final int TOKEN_SECONDS = 3607;

    private final Store store;
    private final Ids ids;

    ServiceAccountAdmission(Store store, Ids ids) {
        this.store = store;
        this.ids = ids;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (request.operation() != Operation.CREATE
                || !request.type().storage().equals(PODS)
                || !request.subresource().isEmpty()
                || !Trees.annotation(request.object(), MIRROR).isEmpty()) {
            return;
        }
        var spec = Trees.ensure(request.object(), "spec");
        var name = spec.path("serviceAccountName")
                .asText(spec.path("serviceAccount").asText(""));
        name = name.isEmpty() ? "default" : name;
        spec.put("serviceAccountName", name).put("serviceAccount", name);
        var account = account(request, name);
        if (spec.path("imagePullSecrets").isEmpty()
                && !account.path("imagePullSecrets").isEmpty()) {
            spec.set("imagePullSecrets", account.path("imagePullSecrets").deepCopy());
        }
        boolean wantsToken = spec.path("automountServiceAccountToken")
                .asBoolean(account.path("automountServiceAccountToken").asBoolean(true));
        if (wantsToken) {
            mountToken(spec);
        }
    }

    private ObjectNode account(AdmissionRequest request, String name) {
        return store.get(new ObjectKey(ACCOUNTS, request.namespace(), name))
                .orElseThrow(() -> ApiException.forbidden(
                        PODS,
                        request.name(),
                        "pods \"%s\" is forbidden: error looking up service account %s/%s: serviceaccount \"%s\" not found"
                                .formatted(request.name(), request.namespace(), name, name)))
                .tree();
    }

    private void mountToken(ObjectNode spec) {
        var known = tokenVolume(spec);
        var volume = known.orElseGet(() -> TOKEN_VOLUME + ids.suffix(5));
        boolean isMounted = false;
        for (var member : List.of("initContainers", "containers")) {
            for (var container : spec.path(member)) {
                isMounted |= mount((ObjectNode) container, volume);
            }
        }
        if (isMounted && known.isEmpty()) {
            Trees.ensureArray(spec, "volumes").add(volume(volume));
        }
    }

    /** The volume of an earlier round, to which a container has been added since, or of a pod that was copied. */
    private static Optional<String> tokenVolume(ObjectNode spec) {
        for (var volume : spec.path("volumes")) {
            if (Trees.text(volume, "name").startsWith(TOKEN_VOLUME)) {
                return Optional.of(Trees.text(volume, "name"));
            }
        }
        return Optional.empty();
    }

    private static boolean mount(ObjectNode container, String volume) {
        for (JsonNode mount : container.path("volumeMounts")) {
            if (Trees.text(mount, "mountPath").equals(MOUNT_PATH)) {
                return false;
            }
        }
        Trees.ensureArray(container, "volumeMounts")
                .addObject()
                .put("name", volume)
                .put("readOnly", true)
                .put("mountPath", MOUNT_PATH);
        return true;
    }

    private static ObjectNode volume(String name) {
        var volume = Json.object().put("name", name);
        var projected = volume.putObject("projected");
        var sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", TOKEN_SECONDS)
                .put("path", "token");
        var certificate = sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
        certificate.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        var namespace =
                sources.addObject().putObject("downwardAPI").putArray("items").addObject();
        namespace.put("path", "namespace");
        namespace.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
        projected.put("defaultMode", FILE_MODE);
        return volume;
    }
}
