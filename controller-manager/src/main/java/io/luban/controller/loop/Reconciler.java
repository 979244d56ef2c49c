package io.luban.controller.loop;

/** Brings one object to its desired state; blocking code that reads the state anew each time. */
@FunctionalInterface
public interface Reconciler {
    /** Reconciles the object with the key; never called for one key by two threads at once. */
    Outcome reconcile(String key) throws InterruptedException;
}
