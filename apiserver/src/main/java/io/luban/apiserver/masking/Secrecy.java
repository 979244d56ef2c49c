package io.luban.apiserver.masking;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.util.List;

/** Which places of a kind's objects are nobody's business. */
public enum Secrecy {
    /** Nothing is hidden. */
    NONE("", "", List.of()),
    /** The hash of the password. */
    USERS("iam.kubesphere.io", "users", List.of("/spec/password")),
    /** What gives power over another cluster, and what makes somebody its agent. */
    CLUSTERS("cluster.kubesphere.io", "clusters", List.of("/spec/connection/kubeconfig", "/spec/connection/token")),
    /** What opens a catalog of extensions. */
    REPOSITORIES("kubesphere.io", "repositories", List.of("/spec/basicAuth/password"));

    /** What kubectl keeps of the manifest, secrets and all. */
    static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final String group;
    private final String resource;
    // an unmodifiable list of immutable pointers
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<JsonPointer> places;

    Secrecy(String group, String resource, List<String> places) {
        this.group = group;
        this.resource = resource;
        this.places = places.stream().map(JsonPointer::compile).toList();
    }

    /** What hides of the objects that a request is about; asked for every forwarded request, so it allocates nothing. */
    public static Secrecy of(RequestInfo info) {
        if (USERS.concerns(info)) {
            return USERS;
        }
        if (REPOSITORIES.concerns(info)) {
            return REPOSITORIES;
        }
        return CLUSTERS.concerns(info) ? CLUSTERS : NONE;
    }

    private boolean concerns(RequestInfo info) {
        return info.resource().equals(resource) && info.apiGroup().equals(group);
    }

    List<JsonPointer> places() {
        return places;
    }

    /** Takes everything secret out of an object; changes and returns its argument. */
    public ObjectNode hide(ObjectNode object) {
        for (var place : places) {
            if (object.at(place.head()) instanceof ObjectNode parent) {
                parent.remove(place.last().getMatchingProperty());
            }
        }
        if (object.path("metadata").get("annotations") instanceof ObjectNode annotations
                && annotations.has(LAST_APPLIED)) {
            annotations.put(LAST_APPLIED, applied(annotations.path(LAST_APPLIED).asText("")));
        }
        return object;
    }

    /** A manifest without its secrets, so that kubectl can still compare with it. */
    String applied(String manifest) {
        try {
            return Json.parse(manifest) instanceof ObjectNode object ? Json.text(hide(object)) : "{}";
        } catch (ParseException e) {
            return "{}";
        }
    }

    /** Whether a path within the object is, holds or lies in a secret place. */
    boolean touches(String path) {
        for (var place : places) {
            var text = place.toString();
            if (text.equals(path) || path.isEmpty() || text.startsWith(path + "/") || path.startsWith(text + "/")) {
                return true;
            }
        }
        return false;
    }

    /** Puts the stored secrets where a written object has none but their surroundings; tells whether that changed it. */
    boolean restore(ObjectNode written, JsonNode stored) {
        boolean changed = false;
        for (var place : places) {
            var known = stored.at(place);
            if (written.at(place.head()) instanceof ObjectNode parent
                    && isAbsent(written.at(place))
                    && !isAbsent(known)) {
                parent.set(place.last().getMatchingProperty(), known);
                changed = true;
            }
        }
        return changed;
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull() || value.asText("").isEmpty();
    }

    /** Whether a written object lacks a secret that may be stored. */
    boolean isIncomplete(ObjectNode written) {
        return places.stream().anyMatch(place -> isAbsent(written.at(place)));
    }
}
