package io.luban.embeddedkube.auth;

/** Decides whether a request may go on; pure memory, no blocking. */
@FunctionalInterface
public interface Authorizer {
    /** The decision with the reason that is shown to the client. */
    Decision decide(AccessRequest request);

    /** Outcome of a check. */
    record Decision(boolean allowed, String reason) {}
}
