package io.luban.embeddedkube.watch;

/** What a client wants objects to look like. */
public enum Form {
    /** The objects themselves. */
    OBJECT,
    /** {@code meta.k8s.io/v1} Table. */
    TABLE,
    /** {@code meta.k8s.io/v1beta1} Table. */
    TABLE_BETA,
    /** PartialObjectMetadata, or a list of them. */
    PARTIAL;

    /** Whether cells are computed. */
    boolean isTable() {
        return this == TABLE || this == TABLE_BETA;
    }
}
