package io.luban.apiserver.authentication.redis;

import io.luban.apiserver.authentication.token.RedisSettings;
import io.luban.model.ApiException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Calls to Redis over a few connections that are kept. Every call has a deadline; one that fails ends in a 503, whose cause
 * says where Redis is and what it said. Calls may be repeated on another connection, so they must not mind being done twice.
 */
final class RedisCalls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisCalls.class);
    private static final int CONNECTIONS = 8;
    /** For a connection to come about, for each answer on it, and for one to be free. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final RedisSettings settings;
    private final Semaphore permits = new Semaphore(CONNECTIONS);
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
    /** What was last said in the log, so that it is said once. */
    private final AtomicReference<String> told = new AtomicReference<>("");

    /** Before that, whoever starts the process is told. */
    private volatile boolean hasWorked;

    private volatile boolean closed;

    RedisCalls(RedisSettings settings) {
        this.settings = settings;
    }

    /** One command and its answer. */
    Object call(Protocol.Command command, String... arguments) {
        return on(connection -> {
            connection.sendCommand(command, arguments);
            return connection.getOne();
        });
    }

    /** What is done on a connection that nobody else uses meanwhile. */
    <T> T on(Function<Connection, T> use) {
        acquire();
        try {
            var kept = idle.pollFirst();
            if (kept != null) {
                try {
                    return used(kept, use);
                } catch (JedisConnectionException e) {
                    // it may be from before a restart of Redis, and so may be the others
                    closeIdle();
                }
            }
            return used(connect(DEADLINE), use);
        } catch (JedisException e) {
            throw unavailable(e);
        } finally {
            permits.release();
        }
    }

    private void acquire() {
        try {
            if (permits.tryAcquire(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw unavailable(new JedisConnectionException("too many calls wait for an answer"));
    }

    private <T> T used(Connection connection, Function<Connection, T> use) {
        boolean clean = false;
        try {
            var result = use.apply(connection);
            clean = true;
            hasWorked = true;
            told.set("");
            return result;
        } finally {
            if (clean && !closed) {
                idle.addFirst(connection);
            } else {
                connection.close();
            }
        }
    }

    /** A connection that gives up after a silence of that length; throws {@link JedisException}. */
    Connection connect(Duration silence) {
        return new Connection(new RedisSockets(settings, DEADLINE, silence), config());
    }

    private JedisClientConfig config() {
        // the protocol that servers speak unasked: what others ask for carries the password, and old servers repeat it
        var config = DefaultJedisClientConfig.builder()
                .serverDefaultProtocol()
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .database(settings.database());
        if (!settings.username().isEmpty()) {
            config.user(settings.username());
        }
        if (!settings.password().isEmpty()) {
            config.password(settings.password());
        }
        return config.build();
    }

    /** Tells a client no more than that it has to come again, and operators why, by the cause and in the log. */
    ApiException unavailable(JedisException failure) {
        var reason = "%s: %s".formatted(settings, reason(failure));
        if (hasWorked && !closed && !told.getAndSet(reason).equals(reason)) {
            log.atWarn().addKeyValue("cause", reason).log("Redis, which keeps logins, cannot be used");
        }
        var answer = ApiException.unavailable("the store of logins is not available, try again later");
        answer.initCause(new IllegalStateException(reason));
        return answer;
    }

    /** Why a call failed, for operators. */
    static String reason(ApiException unavailable) {
        var cause = unavailable.getCause();
        return String.valueOf(cause == null ? unavailable.getMessage() : cause.getMessage());
    }

    private String reason(JedisException failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        var message = String.valueOf(deepest.getMessage());
        return settings.password().isEmpty() ? message : message.replace(settings.password(), "…");
    }

    private void closeIdle() {
        for (var connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            connection.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }
}
