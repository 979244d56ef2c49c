package io.luban.embeddedkube.configuration;

import java.util.Locale;

/** Whether CEL rules are evaluated. */
public enum Expressions {
    /** Evaluated where the module is there; else objects pass and a warning tells so. */
    AUTO,
    /** The start fails without the module. */
    REQUIRED,
    /** Never evaluated. */
    OFF;

    /** The word in the configuration file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
