package io.luban.embeddedkube.configuration;

import java.util.Locale;

/** Whether CEL rules are evaluated. */
public enum Expressions {
    /** Evaluated where the module is there; else objects pass and a warning tells so. */
    AUTO,
    /** Without the module, definitions and policies with expressions are refused. */
    REQUIRED,
    /** Never evaluated. */
    OFF;

    /** The word in the configuration file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
