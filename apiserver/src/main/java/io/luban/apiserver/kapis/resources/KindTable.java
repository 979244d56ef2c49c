package io.luban.apiserver.kapis.resources;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.apiserver.masking.Secrecy;
import io.luban.apiserver.view.KindRules;
import java.util.Locale;
import java.util.Map;

/** What is particular about the lists of each kind, by the path of its collection. */
public final class KindTable {
    private static final KindRules PHASE =
            KindRules.NONE.withStatus(object -> object.at("/status/phase").asText(""));
    private static final Map<String, KindRules> RULES = Map.ofEntries(
            Map.entry("/api/v1/pods", pods()),
            Map.entry("/api/v1/nodes", KindRules.NONE.withStatus(StatusWords::node)),
            Map.entry("/api/v1/namespaces", PHASE),
            Map.entry("/api/v1/persistentvolumes", PHASE.equality("storageClassName", "/spec/storageClassName")),
            Map.entry("/api/v1/persistentvolumeclaims", PHASE.equality("storageClassName", "/spec/storageClassName")),
            Map.entry("/apis/apps/v1/deployments", KindRules.NONE.withStatus(StatusWords::deployment)),
            Map.entry("/apis/apps/v1/statefulsets", KindRules.NONE.withStatus(StatusWords::statefulSet)),
            Map.entry("/apis/apps/v1/daemonsets", KindRules.NONE.withStatus(StatusWords::daemonSet)),
            Map.entry("/apis/batch/v1/jobs", KindRules.NONE.withStatus(StatusWords::job)),
            Map.entry("/apis/batch/v1/cronjobs", KindRules.NONE.withStatus(StatusWords::cronJob)),
            Map.entry(
                    "/apis/autoscaling/v2/horizontalpodautoscalers",
                    KindRules.NONE
                            .equality("targetKind", "/spec/scaleTargetRef/kind")
                            .equality("targetName", "/spec/scaleTargetRef/name")),
            Map.entry(
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                    KindRules.NONE.filter(
                            "name",
                            (object, value) -> contains(object, "/metadata/name", value)
                                    || contains(object, "/spec/names/kind", value))),
            Map.entry(
                    "/apis/iam.kubesphere.io/v1beta1/users",
                    KindRules.NONE
                            .showing(Secrecy.USERS::hide)
                            .withStatus(object -> object.at("/status/state").asText(""))
                            .equality("email", "/spec/email")),
            Map.entry(
                    "/apis/iam.kubesphere.io/v1beta1/workspaceroles",
                    KindRules.NONE.equality("workspace", "/metadata/labels/kubesphere.io~1workspace")),
            Map.entry(
                    "/apis/iam.kubesphere.io/v1beta1/workspacerolebindings",
                    KindRules.NONE.equality("rolename", "/roleRef/name")),
            Map.entry("/apis/iam.kubesphere.io/v1beta1/loginrecords", KindRules.NONE.equality("type", "/spec/type")),
            Map.entry(
                    "/apis/iam.kubesphere.io/v1beta1/groupbindings",
                    KindRules.NONE.filter("user", (object, value) -> holds(object.path("users"), value))),
            Map.entry("/apis/cluster.kubesphere.io/v1alpha1/clusters", KindRules.NONE.showing(Secrecy.CLUSTERS::hide)),
            Map.entry(
                    "/apis/cluster.kubesphere.io/v1alpha1/labels",
                    KindRules.NONE.filter(
                            "name",
                            (object, value) ->
                                    contains(object, "/spec/key", value) || contains(object, "/spec/value", value))),
            Map.entry("/apis/kubesphere.io/v1alpha1/repositories", KindRules.NONE.showing(Secrecy.REPOSITORIES::hide)),
            Map.entry("/apis/kubesphere.io/v1alpha1/extensions", extensions()));

    private KindTable() {}

    /** The rules for the collection at a path; {@link KindRules#NONE} where nothing is particular. */
    public static KindRules of(String path) {
        return RULES.getOrDefault(path, KindRules.NONE);
    }

    private static KindRules pods() {
        return KindRules.NONE
                .withStatus(PodStatus::word)
                .equality("nodeName", "/spec/nodeName")
                .equality("phase", "/status/phase")
                .filter("pvcName", KindTable::mounts)
                .filter("podIP", KindTable::hasAddress);
    }

    private static boolean mounts(JsonNode pod, String claim) {
        for (var volume : pod.at("/spec/volumes")) {
            if (volume.at("/persistentVolumeClaim/claimName").asText("").equals(claim)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasAddress(JsonNode pod, String part) {
        for (var address : pod.at("/status/podIPs")) {
            if (contains(address, "/ip", part)) {
                return true;
            }
        }
        return contains(pod, "/status/podIP", part);
    }

    /** The filters of the extension market's pages. */
    private static KindRules extensions() {
        return KindRules.NONE
                .withStatus(KindTable::state)
                .filter("q", KindTable::isFound)
                .filter("status", (object, word) -> switch (word) {
                    case "installed" -> state(object).equals("Installed");
                    case "notInstalled" -> state(object).isEmpty();
                    default -> state(object).equalsIgnoreCase(word);
                })
                .filter(
                        "enabled",
                        (object, value) -> !state(object).isEmpty()
                                && Boolean.toString(object.at("/status/enabled").asBoolean(false))
                                        .equals(value))
                .filter("available", (object, value) -> true);
    }

    private static String state(JsonNode extension) {
        return extension.at("/status/state").asText("");
    }

    private static boolean isFound(JsonNode extension, String words) {
        var part = words.toLowerCase(Locale.ROOT);
        for (var name : extension.at("/spec/displayName")) {
            if (name.asText("").toLowerCase(Locale.ROOT).contains(part)) {
                return true;
            }
        }
        return extension
                .at("/metadata/name")
                .asText("")
                .toLowerCase(Locale.ROOT)
                .contains(part);
    }

    private static boolean contains(JsonNode object, String place, String part) {
        return object.at(place).asText("").contains(part);
    }

    private static boolean holds(JsonNode list, String value) {
        for (var item : list) {
            if (item.asText("").equals(value)) {
                return true;
            }
        }
        return false;
    }
}
