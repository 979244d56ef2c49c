package io.luban.embeddedkube.patch;

/** Why one operation of a JSON patch cannot be done; becomes part of the answer to the client. */
final class PatchFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PatchFailure(String message) {
        super(message, null, false, false);
    }
}
