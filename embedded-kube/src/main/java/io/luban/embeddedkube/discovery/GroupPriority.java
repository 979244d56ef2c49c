package io.luban.embeddedkube.discovery;

import java.util.Map;

/** In which order groups are listed: higher numbers first, as the reference server numbers its own groups. */
public final class GroupPriority {
    /** Priority of groups that definitions of custom resources bring. */
    public static final int CUSTOM = 1000;

    private static final Map<String, Integer> BUILT_IN = Map.ofEntries(
            Map.entry("", 18_000),
            Map.entry("apiregistration.k8s.io", 17_900),
            Map.entry("apps", 17_800),
            Map.entry("events.k8s.io", 17_750),
            Map.entry("authentication.k8s.io", 17_700),
            Map.entry("authorization.k8s.io", 17_600),
            Map.entry("autoscaling", 17_500),
            Map.entry("batch", 17_400),
            Map.entry("certificates.k8s.io", 17_300),
            Map.entry("networking.k8s.io", 17_200),
            Map.entry("policy", 17_100),
            Map.entry("rbac.authorization.k8s.io", 17_000),
            Map.entry("storage.k8s.io", 16_800),
            Map.entry("admissionregistration.k8s.io", 16_700),
            Map.entry("apiextensions.k8s.io", 16_700),
            Map.entry("scheduling.k8s.io", 16_600),
            Map.entry("coordination.k8s.io", 16_500),
            Map.entry("node.k8s.io", 16_300),
            Map.entry("discovery.k8s.io", 16_200),
            Map.entry("flowcontrol.apiserver.k8s.io", 16_100));

    private GroupPriority() {}

    /** Priority of a group that this server serves itself. */
    public static int of(String group) {
        return BUILT_IN.getOrDefault(group, CUSTOM);
    }

    /** Whether the group is one of the server's own. */
    public static boolean isBuiltIn(String group) {
        return BUILT_IN.containsKey(group);
    }
}
