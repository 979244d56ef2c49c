package io.luban.controller.extension;

/**
 * One Helm release of a plan: the part on the host, or the agent on one cluster.
 *
 * @param cluster where the agent runs; empty for the part on the host
 */
record Release(InstallPlan plan, String cluster) {
    static Release host(InstallPlan plan) {
        return new Release(plan, "");
    }

    boolean isAgent() {
        return !cluster.isEmpty();
    }

    String extension() {
        return plan.extension();
    }

    /** The name Helm knows. */
    String name() {
        return isAgent() ? plan.extension() + "-agent" : plan.extension();
    }

    /** Unique among all releases of all clusters. */
    String key() {
        return isAgent() ? name() + "@" + cluster : name();
    }

    /** Where it stands; what is not yet known of an agent is an empty status. */
    InstallationStatus status() {
        return isAgent() ? plan.status().ofCluster(cluster) : plan.status();
    }

    /** The values that are asked for; throws {@link PreparationException} where they cannot be merged. */
    String config() {
        return isAgent() ? HelmValues.merged(plan.config(), plan.override(cluster)) : plan.config();
    }

    /** The digest of what is asked for, also of what cannot be read. */
    String configHash() {
        try {
            return ConfigHash.of(config());
        } catch (PreparationException e) {
            return ConfigHash.of(plan.config() + "\n" + plan.override(cluster));
        }
    }

    /** Whether what is installed differs from what the plan asks for. */
    boolean differsFromInstalled() {
        var status = status();
        boolean otherVersion = !status.version().isEmpty() && !status.version().equals(plan.version());
        return otherVersion || !configHash().equals(status.configHash()) || isBehindHost();
    }

    /** Whether an agent was installed from an older package of the same version than the part on the host. */
    private boolean isBehindHost() {
        var own = status().contentDigest();
        var host = plan.status().contentDigest();
        return isAgent() && !own.isEmpty() && !host.isEmpty() && !own.equals(host);
    }

    /** The same release of the plan as it was read later. */
    Release in(InstallPlan later) {
        return new Release(later, cluster);
    }
}
