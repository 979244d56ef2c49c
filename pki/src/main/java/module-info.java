/** Certificate authorities, the certificates they sign, and their text form. */
module io.luban.pki {
    requires transitive org.bouncycastle.pkix;
    requires transitive org.bouncycastle.provider;
    requires static org.jspecify;

    exports io.luban.pki;
}
