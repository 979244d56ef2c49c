package io.luban.controller.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** What else there is in the cluster. */
interface Others {
    /** All objects of a kind of an extension's surface, of both generations of the API. */
    List<ObjectNode> all(String plural);

    /** An object of the group kubesphere.io. */
    Optional<ObjectNode> find(String plural, String name);
}
