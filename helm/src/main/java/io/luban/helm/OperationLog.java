package io.luban.helm;

/** Receives what an operation says while it runs, line by line and from several threads. */
@FunctionalInterface
public interface OperationLog {
    /** Takes one line without its end. */
    void line(String text);
}
