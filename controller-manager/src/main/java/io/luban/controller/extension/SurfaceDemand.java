package io.luban.controller.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a plan demands of the APIs, bundles, proxies and entries of its extension. */
public final class SurfaceDemand {
    private SurfaceDemand() {}

    /**
     * The state they must have. Nothing is live before the extension is installed and after its removal has begun; an
     * upgrade, also one that failed, leaves live what is.
     */
    public static String of(ObjectNode plan) {
        var found = new InstallPlan(plan);
        if (!found.isEnabled()) {
            return "Disabled";
        }
        return !found.isBeingDeleted() && isInstalled(found.status()) ? "Available" : "Unavailable";
    }

    private static boolean isInstalled(InstallationStatus status) {
        var state = status.state();
        return state instanceof PlanState.Installed
                || state instanceof PlanState.Upgrading
                || state instanceof PlanState.UpgradeFailed
                || (state instanceof PlanState.Preparing && status.hasReason("Installed", "InstallSuccessful"));
    }
}
