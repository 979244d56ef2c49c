package io.luban.controller.serviceaccount;

/**
 * What tokens of accounts are made of.
 *
 * @param tokenSecret key that signs them; empty for the one that the parts of the platform keep in the cluster
 * @param issuer written verbatim into tokens
 * @param isTlsInside whether workloads need the platform's authority to reach the gateway
 */
public record AccountSettings(String tokenSecret, String issuer, boolean isTlsInside) {
    /** A key of the cluster's own, no TLS. */
    public static final AccountSettings DEFAULTS = new AccountSettings("", "", false);

    @Override
    public String toString() {
        return "accounts of " + issuer;
    }
}
