package io.luban.apiserver.authentication.token;

import java.util.Optional;

/**
 * Which tokens are good. Tokens belong to a login; ending the login ends them all. Tokens are known by the digest of
 * their text, so that whoever reads the store cannot use what is in it.
 */
public interface TokenStore extends AutoCloseable {
    /** Whether the token was stored and is neither revoked nor past its time; memory only. */
    boolean holds(String digest);

    /** The login of that id, if it is not over; memory only. */
    Optional<Login> login(String id);

    /** Makes sure that what another replica has just done to a login is known; may wait. */
    void lookAgain(String loginId);

    /** Stores a new login; durable when it returns. */
    void begin(Login login);

    /**
     * Stores what has changed about a login since it was read; 401 when it has ended meanwhile, or a token whose time was
     * cut short is there no more. Durable when it returns.
     */
    void save(Login before, Login after);

    /** Ends a login; nothing happens when it is over already. Durable when it returns. */
    void end(String loginId);

    /** Ends every login of a user. */
    void endAll(String user);

    /** Whether every stored login is known, and others can be stored; memory only. */
    boolean isReady();

    @Override
    void close();
}
