package io.luban.controller.executor;

/** What to do when an operation writes into a namespace that does not exist. */
@FunctionalInterface
public interface MissingNamespaces {
    /** Nothing: the write fails. */
    MissingNamespaces FAIL = namespace -> false;

    /** Whether the namespace has been made, so that the write is worth another attempt. */
    boolean provide(String namespace);
}
