package io.luban.apiserver.authentication.token;

import java.util.List;
import java.util.Map;

/**
 * What a token of ours says.
 *
 * @param type one of the words in {@link TokenType}
 * @param expiresAt epoch seconds, 0 for never
 * @param login id of the login the token belongs to, may be empty
 * @param client OAuth client it was issued to, may be empty
 */
public record Claims(
        String user,
        String type,
        long issuedAt,
        long expiresAt,
        String login,
        String client,
        Map<String, List<String>> extra) {}
