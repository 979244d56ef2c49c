package io.luban.controller.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.extension.SurfaceDemand;

/** The state that the surface of an extension begins with: bundles, APIs, proxies and entries. */
record SurfaceState(Others others) {
    static final String EXTENSION = "kubesphere.io/extension-ref";

    /** Available unless it says otherwise; never, while its extension is disabled or not installed yet. */
    void complete(Review review) {
        var status = status(review.object());
        var extension = review.label(EXTENSION);
        var demanded = extension.isEmpty() ? "" : demanded(extension);
        if (!demanded.isEmpty() && !demanded.equals("Available")) {
            status.put("state", demanded);
        } else if (status.path("state").asText("").isEmpty()) {
            status.put("state", "Available");
        }
    }

    /** The status, made where it is missing. */
    static ObjectNode status(ObjectNode object) {
        return object.path("status") instanceof ObjectNode status ? status : object.putObject("status");
    }

    private String demanded(String extension) {
        return others.find("installplans", extension).map(SurfaceDemand::of).orElse("");
    }
}
