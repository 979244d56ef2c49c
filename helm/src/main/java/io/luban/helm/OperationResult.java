package io.luban.helm;

/** How an operation ended. */
public sealed interface OperationResult {
    /** The engine's own words. */
    String message();

    /**
     * It was carried out.
     *
     * @param revision of the release afterwards, 0 when unknown
     */
    record Succeeded(String message, int revision) implements OperationResult {}

    /** It was not, or only in part. */
    record Failed(String message) implements OperationResult {}
}
