package io.luban.controller.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The state that the surface of an extension begins with: bundles, APIs, proxies and entries. */
record SurfaceState(Others others) {
    static final String EXTENSION = "kubesphere.io/extension-ref";

    /** Available unless it says otherwise; never, while the plan of its extension is disabled. */
    void complete(Review review) {
        var status = status(review.object());
        var extension = review.label(EXTENSION);
        if (!extension.isEmpty() && isDisabled(extension)) {
            status.put("state", "Disabled");
        } else if (status.path("state").asText("").isEmpty()) {
            status.put("state", "Available");
        }
    }

    /** The status, made where it is missing. */
    static ObjectNode status(ObjectNode object) {
        return object.path("status") instanceof ObjectNode status ? status : object.putObject("status");
    }

    private boolean isDisabled(String extension) {
        return others.find("installplans", extension)
                .map(plan -> !plan.at("/spec/enabled").asBoolean(true))
                .orElse(false);
    }
}
