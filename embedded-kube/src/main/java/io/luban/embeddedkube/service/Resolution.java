package io.luban.embeddedkube.service;

/** What looking for a Service led to. */
public sealed interface Resolution {
    /** A server that answers. */
    record Found(ServiceBackend backend) implements Resolution {}

    /** There is no Service of that name. */
    record NoService() implements Resolution {}

    /** The Service has no such port. */
    record NoPort() implements Resolution {}

    /** Nothing that runs stands behind the Service. */
    record NoEndpoints() implements Resolution {}
}
