package io.luban.embeddedkube.configuration;

import java.util.Locale;

/** What happens to a call of a webhook whose Service has no backend that runs. */
public enum UnreachableService {
    /** The webhook is left out, and an event tells so. */
    SKIP,
    /** The webhook's failure policy decides. */
    STRICT;

    /** The word in the configuration file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
