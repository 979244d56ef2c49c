package io.luban.apiserver.kubeproxy;

import java.util.Locale;

/**
 * How requests are handed to the Kubernetes API.
 *
 * @param identity as whom
 * @param validation what {@code fieldValidation} creating and updating requests get that name none, {@code ""} for nothing
 */
public record KubeOptions(Identity identity, Validation validation) {
    /** What applies unless set. */
    public static final KubeOptions DEFAULTS = new KubeOptions(Identity.SERVICE_ACCOUNT, Validation.UNSET);

    /** As whom Kubernetes sees the requests of users. */
    public enum Identity {
        /** As the gateway, whose word is enough. */
        SERVICE_ACCOUNT("serviceAccount"),
        /** As the user, so that Kubernetes' own roles apply on top. */
        IMPERSONATE("impersonate");

        private final String word;

        Identity(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** What Kubernetes does with fields that it does not know. */
    public enum Validation {
        /** What it does by itself. */
        UNSET,
        /** Refuses them. */
        STRICT,
        /** Warns. */
        WARN,
        /** Drops them. */
        IGNORE;

        @Override
        public String toString() {
            return this == UNSET ? "" : name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
        }
    }
}
