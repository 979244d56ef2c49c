package io.luban.apiserver.pipeline;

/**
 * One step of the gateway. {@link #attempt} decides from memory alone, so that it may run on an event loop; what has to
 * wait for a disk, a hash or another server is left to {@link #perform} on a virtual thread.
 */
public interface Stage {
    /** Answers, hands on, or says that it has to block. Never blocks itself. */
    Step attempt(Exchange exchange);

    /** Does what {@link #attempt} could not do without blocking; must not answer {@link Step.Blocked}. */
    default Step perform(Exchange exchange) {
        throw new IllegalStateException(getClass().getSimpleName() + " has nothing that blocks");
    }
}
