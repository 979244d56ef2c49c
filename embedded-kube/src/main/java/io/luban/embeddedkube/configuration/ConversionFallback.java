package io.luban.embeddedkube.configuration;

/** What happens when the conversion webhook of a custom resource cannot be reached. */
public enum ConversionFallback {
    /** Only {@code apiVersion} is rewritten, as with the strategy None. */
    AS_NONE("asNone"),
    /** The request fails. */
    ERROR("error");

    private final String word;

    ConversionFallback(String word) {
        this.word = word;
    }

    /** The word in the configuration file. */
    @Override
    public String toString() {
        return word;
    }
}
