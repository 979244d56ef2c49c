package io.luban.embeddedkube.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Group versions that other servers serve through this one. Safe for use from any thread. */
public interface RemoteGroups {
    /** None. */
    RemoteGroups NONE = new RemoteGroups() {
        @Override
        public long generation() {
            return 0;
        }

        @Override
        public List<RemoteGroup> all() {
            return List.of();
        }
    };

    /** Grows with every change of {@link #all}. */
    long generation();

    /** Every one of them, whether its server answers or not. */
    List<RemoteGroup> all();

    /**
     * One group version.
     *
     * @param groupPriority higher ones are listed first
     * @param versionPriority higher ones are preferred within the group
     * @param fresh whether its server answers
     * @param resources entries of its APIResourceList; empty unless fresh
     */
    record RemoteGroup(
            String group, String version, int groupPriority, int versionPriority, boolean fresh, JsonNode resources) {}
}
