package io.luban.apiserver.authentication;

import io.luban.apiserver.authentication.ratelimit.LoginThrottle;
import io.luban.model.ApiException;
import java.time.Clock;
import java.time.Duration;

/** Checks the password of a platform user, slows guessing down, and keeps a record of what was tried. */
public final class PasswordLogin {
    private static final int RETRY_AFTER_SECONDS = 60;

    /** How an attempt went. */
    public sealed interface Result {
        /** The password is right and the account may log in. */
        record Success(Account account) implements Result {}

        /** No such account, or not its password; which of both is not told. */
        record Incorrect() implements Result {}

        /** The password is right, but the account is not active. */
        record Suspended(Account account) implements Result {}
    }

    /**
     * An attempt.
     *
     * @param login user name or e-mail address
     * @param source address of the client, {@code ""} when unknown
     * @param kind how the password arrived: {@code Token} or {@code Password}
     * @param recordsSuccess whether a success is worth a record
     */
    public record Attempt(
            String login, String password, String source, String userAgent, String kind, boolean recordsSuccess) {
        @Override
        public String toString() {
            return "login of " + login;
        }
    }

    private final Accounts accounts;
    private final Passwords passwords;
    private final LoginRecords records;
    private final LoginThrottle perUser;
    private final LoginThrottle perSource;

    /** Blocks as {@link LoginSettings} say. */
    public PasswordLogin(
            Accounts accounts, Passwords passwords, LoginRecords records, LoginSettings settings, Clock clock) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.records = records;
        perUser = new LoginThrottle(settings.maxTries(), settings.window(), clock);
        perSource = new LoginThrottle(settings.maxTriesPerAddress(), Duration.ofMinutes(10), clock);
    }

    /** Goes by other limits from now on. */
    public void limit(LoginSettings settings) {
        perUser.limit(settings.maxTries(), settings.window());
        perSource.limit(settings.maxTriesPerAddress(), Duration.ofMinutes(10));
    }

    /** Blocks while hashing; 429 when the user or the address has failed too often. */
    public Result login(Attempt attempt) {
        if (attempt.login.isEmpty() || attempt.password.isEmpty()) {
            return new Result.Incorrect();
        }
        var account = accounts.forLogin(attempt.login);
        var user = account.map(Account::name).orElse(attempt.login);
        perUser.check(user);
        perSource.check(attempt.source);
        if (account.isEmpty() || !account.get().hasHashedPassword()) {
            passwords.pretend(attempt.password);
            perSource.failed(attempt.source);
            return new Result.Incorrect();
        }
        return check(account.get(), attempt);
    }

    private Result check(Account account, Attempt attempt) {
        if (!passwords.verify(attempt.password, account.password())) {
            perUser.failed(account.name());
            perSource.failed(attempt.source);
            records.failed(account.name(), attempt);
            return new Result.Incorrect();
        }
        if (account.state().equals("AuthLimitExceeded")) {
            throw ApiException.tooManyRequests("too many failed logins, try again later", RETRY_AFTER_SECONDS);
        }
        if (!account.isActive()) {
            return new Result.Suspended(account);
        }
        perUser.succeeded(account.name());
        if (attempt.recordsSuccess) {
            records.succeeded(account.name(), attempt);
        }
        return new Result.Success(account);
    }
}
