package io.luban.embeddedkube.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import java.util.ArrayList;
import java.util.List;

/** Finds the container that a request means. */
final class PodContainers {
    private PodContainers() {}

    /** The complete name; 400 when there is no such container or several could be meant. */
    static String choose(JsonNode pod, String wanted) {
        var plain = names(pod, "containers");
        var initial = names(pod, "initContainers");
        if (wanted.isEmpty()) {
            if (plain.size() == 1) {
                return plain.getFirst();
            }
            var text = "a container name must be specified for pod %s, choose one of: [%s]"
                    .formatted(Trees.name(pod), String.join(" ", plain));
            throw ApiException.badRequest(
                    initial.isEmpty()
                            ? text
                            : text + " or one of the init containers: [" + String.join(" ", initial) + "]");
        }
        if (!plain.contains(wanted)
                && !initial.contains(wanted)
                && !names(pod, "ephemeralContainers").contains(wanted)) {
            throw ApiException.badRequest("container %s is not valid for pod %s".formatted(wanted, Trees.name(pod)));
        }
        return wanted;
    }

    private static List<String> names(JsonNode pod, String member) {
        var names = new ArrayList<String>();
        Trees.at(pod, "spec", member).forEach(container -> names.add(Trees.text(container, "name")));
        return names;
    }
}
