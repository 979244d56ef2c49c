package io.luban.model;

/** Plural resource name with its API group; the unit of storage, watching and error messages. */
public record GroupResource(String group, String resource) {
    /** {@code configmaps} or {@code deployments.apps}, the form used in messages. */
    @Override
    public String toString() {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
