package io.luban.embeddedkube.configuration;

import java.util.Locale;

/** When the store makes writes durable. */
public enum Fsync {
    /** Every write by itself. */
    ALWAYS,
    /** Writes that arrive together share one flush; each is durable before it is acknowledged. */
    GROUP,
    /** Left to the operating system: for tests only. */
    OFF;

    /** The word in the configuration file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
