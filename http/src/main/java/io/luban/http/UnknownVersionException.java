package io.luban.http;

/** A request in a version of HTTP that is not spoken here. */
final class UnknownVersionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownVersionException(String version) {
        super(version + " is not spoken here");
    }
}
