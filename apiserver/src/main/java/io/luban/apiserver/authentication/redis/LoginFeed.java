package io.luban.apiserver.authentication.redis;

import io.luban.model.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Hears which logins change. After every new connection, and from time to time, all of them are looked at anew, because
 * messages of Redis reach only those who listen at that moment.
 */
final class LoginFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LoginFeed.class);
    /** How often this process says something itself, so that silence means that the connection is dead. */
    private static final Duration BEAT = Duration.ofSeconds(2);

    private static final Duration SILENCE = Duration.ofSeconds(7);
    private static final Duration RELOAD = Duration.ofMinutes(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** What is done about it; both throw {@link ApiException} when Redis cannot be asked. */
    interface Listener {
        /** All logins may have changed. */
        void reload();

        /** One may have changed. */
        void changed(String loginId);
    }

    private final RedisCalls calls;
    private final String channel;
    private final Listener listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch first = new CountDownLatch(1);
    private final List<Thread> threads;
    private volatile boolean isListening;
    private volatile boolean isAnswered = true;
    private volatile String failure = "";
    private long loadedAt;
    private Duration pause = FIRST_PAUSE;

    private LoginFeed(RedisCalls calls, String channel, Listener listener) {
        this.calls = calls;
        this.channel = channel;
        this.listener = listener;
        threads = List.of(
                Thread.ofVirtual().name("logins in redis").unstarted(this::run),
                Thread.ofVirtual().name("heartbeat to redis").unstarted(this::beat));
    }

    static LoginFeed start(RedisCalls calls, String channel, Listener listener) {
        var feed = new LoginFeed(calls, channel, listener);
        feed.threads.forEach(Thread::start);
        return feed;
    }

    /** Waits until all logins have been looked at once; not so long when that has failed before. */
    boolean awaitFirst(Duration failing, Duration loading) throws InterruptedException {
        return first.await(failing.toMillis(), TimeUnit.MILLISECONDS)
                || (failure.isEmpty() && first.await(loading.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Why it could not listen. */
    String failure() {
        return failure.isEmpty() ? "Redis: there are too many" : failure;
    }

    /** Whether changes are heard of and Redis answers. */
    boolean isUp() {
        return isListening && isAnswered;
    }

    private void run() {
        try {
            do {
                try (var connection = calls.connect(SILENCE)) {
                    listen(connection);
                } catch (JedisException e) {
                    lost(calls.unavailable(e));
                } catch (ApiException e) {
                    lost(e);
                }
            } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen(Connection connection) {
        connection.sendCommand(Protocol.Command.SUBSCRIBE, channel);
        connection.getOne();
        reload();
        isListening = true;
        if (first.getCount() == 0) {
            log.atInfo().log("logins in Redis are followed again");
        }
        first.countDown();
        pause = FIRST_PAUSE;
        while (closed.getCount() > 0) {
            hear(connection.getOne());
        }
    }

    private void hear(Object message) {
        if (message instanceof List<?> parts && parts.size() == 3 && parts.getLast() instanceof byte[] payload) {
            if (payload.length > 0) {
                listener.changed(new String(payload, StandardCharsets.UTF_8));
            } else if (System.nanoTime() - loadedAt > RELOAD.toNanos()) {
                reload();
            }
        }
    }

    private void reload() {
        listener.reload();
        loadedAt = System.nanoTime();
    }

    private void lost(ApiException cause) {
        failure = RedisCalls.reason(cause);
        if (isListening && closed.getCount() > 0) {
            log.atWarn()
                    .addKeyValue("cause", failure)
                    .log("logins in Redis cannot be followed: known ones stay good, new ones are refused meanwhile");
        }
        isListening = false;
        var next = pause.multipliedBy(2);
        pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    }

    private void beat() {
        try {
            while (!closed.await(BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    calls.call(Protocol.Command.PUBLISH, channel, "");
                    isAnswered = true;
                } catch (ApiException e) {
                    isAnswered = false;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        // ends what it waits for on its connection
        threads.forEach(Thread::interrupt);
    }
}
