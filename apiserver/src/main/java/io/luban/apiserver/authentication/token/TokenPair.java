package io.luban.apiserver.authentication.token;

/**
 * What a login or a refresh hands out.
 *
 * @param expiresInSeconds life of the access token, 0 for no end
 */
public record TokenPair(String accessToken, String refreshToken, long expiresInSeconds) {
    @Override
    public String toString() {
        return "a pair of tokens";
    }
}
