package io.luban.embeddedkube.tree;

import com.fasterxml.jackson.databind.JsonNode;

/** The annotation, and for some objects the label, of what is only simulated: nothing answers at its addresses. */
public final class SimulationMark {
    /** Name of the annotation; its value is {@code true}. */
    public static final String NAME = "kube.luban.io/simulated";

    private SimulationMark() {}

    /** Whether the object's annotations have it. */
    public static boolean isOn(JsonNode object) {
        return Trees.annotation(object, NAME).equals("true");
    }
}
