package io.luban.apiserver.authentication.token;

/** Values of the claim {@code token_type}. */
public final class TokenType {
    /** Opens the API. */
    public static final String ACCESS = "access_token";

    /** Buys a new pair of tokens. */
    public static final String REFRESH = "refresh_token";

    /** Belongs to a service account and never expires. */
    public static final String STATIC = "static_token";

    private TokenType() {}
}
