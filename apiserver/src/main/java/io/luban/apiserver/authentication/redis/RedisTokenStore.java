package io.luban.apiserver.authentication.redis;

import io.luban.apiserver.authentication.token.KnownLogins;
import io.luban.apiserver.authentication.token.Login;
import io.luban.apiserver.authentication.token.LoginLocks;
import io.luban.apiserver.authentication.token.RedisSettings;
import io.luban.apiserver.authentication.token.TokenStore;
import io.luban.model.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Keeps logins in Redis, where all replicas find them and whence each of them hears of changes. Answers come from memory, so
 * known logins stay good while Redis is away. A change is known here only after Redis has it: what is in memory was read from
 * Redis, one reading of a login after the other.
 */
public final class RedisTokenStore implements TokenStore {
    private static final Logger log = LoggerFactory.getLogger(RedisTokenStore.class);
    private static final String LOGIN = "kubesphere:session:";
    private static final String USER = "kubesphere:user:";
    private static final String OF_USER = ":sessions";
    private static final String TOKEN = "token:";
    private static final int PAGE = 500;
    /** How long a start tries again when logins cannot be read, and how long it waits while they are. */
    private static final Duration FAILING = Duration.ofSeconds(10);

    private static final Duration LOADING = Duration.ofMinutes(5);

    private final RedisCalls calls;
    private final Clock clock;
    private final String channel;
    private final KnownLogins known = new KnownLogins();
    private final LoginLocks locks = new LoginLocks();
    private final LoginFeed feed;

    private RedisTokenStore(RedisCalls calls, int database, Clock clock) {
        this.calls = calls;
        this.clock = clock;
        // channels belong to the whole server, keys to one of its databases
        channel = "kubesphere:sessions:" + database;
        feed = LoginFeed.start(calls, channel, new LoginFeed.Listener() {
            @Override
            public void reload() {
                readAll();
            }

            @Override
            public void changed(String loginId) {
                read(List.of(loginId));
            }
        });
    }

    /**
     * Connects and reads what is there. Throws {@link IllegalStateException} that says where Redis was expected and why it
     * cannot be used.
     */
    public static RedisTokenStore start(RedisSettings settings, Clock clock) {
        var calls = new RedisCalls(settings);
        try {
            calls.call(Command.PING);
        } catch (ApiException e) {
            throw new IllegalStateException("cache.type redis: cannot use " + RedisCalls.reason(e), e);
        }
        var store = new RedisTokenStore(calls, settings.database(), clock);
        try {
            if (store.feed.awaitFirst(FAILING, LOADING)) {
                return store;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
        throw new IllegalStateException("cache.type redis: cannot read logins from " + store.feed.failure());
    }

    @Override
    public boolean holds(String digest) {
        return known.holds(digest, clock.instant());
    }

    @Override
    public Optional<Login> login(String id) {
        return known.login(id).filter(login -> !login.isOver(clock.instant()));
    }

    @Override
    public boolean isReady() {
        return feed.isUp();
    }

    @Override
    public void lookAgain(String loginId) {
        read(List.of(loginId));
    }

    @Override
    public void begin(Login login) {
        locks.holding(List.of(login.id()), () -> write("begin", login, Map.of()));
    }

    @Override
    public void save(Login before, Login after) {
        boolean saved = locks.holding(List.of(after.id()), () -> write("save", after, before.tokens()));
        if (!saved) {
            lookAgain(after.id());
            throw over();
        }
    }

    private static ApiException over() {
        return ApiException.unauthorized("the login is over, or its token was used at another replica");
    }

    /** Writes the tokens of a login that are not as they were before; false when it is not there any more. */
    private boolean write(String mode, Login login, Map<String, Long> before) {
        var now = clock.instant();
        var arguments = new ArrayList<>(List.of(
                Scripts.SAVE,
                "2",
                LOGIN + login.id(),
                USER + login.user() + OF_USER,
                mode,
                login.id(),
                channel,
                Long.toString(now.getEpochSecond()),
                login.user(),
                login.client(),
                Long.toString(login.startedAt())));
        login.pruned(now).tokens().forEach((digest, end) -> {
            if (!end.equals(before.get(digest))) {
                arguments.addAll(List.of(before.containsKey(digest) ? "known" : "new", digest, Long.toString(end)));
            }
        });
        var reply = calls.call(Command.EVAL, arguments.toArray(String[]::new));
        if (reply instanceof List<?> fields) {
            apply(login.id(), fields);
            return true;
        }
        return false;
    }

    @Override
    public void end(String loginId) {
        locks.holding(List.of(loginId), () -> {
            calls.call(Command.EVAL, Scripts.END, "1", LOGIN + loginId, loginId, channel, USER, OF_USER);
            known.forget(loginId);
            return loginId;
        });
    }

    @Override
    public void endAll(String user) {
        var arguments = new ArrayList<>(List.of(Scripts.END_ALL, "1", USER + user + OF_USER, channel, LOGIN));
        arguments.addAll(known.ofUser(user));
        for (var id : texts(calls.call(Command.EVAL, arguments.toArray(String[]::new)))) {
            locks.holding(List.of(id), () -> {
                known.forget(id);
                return id;
            });
        }
    }

    /** Makes memory agree with Redis. */
    private void readAll() {
        var gone = known.ids();
        var cursor = "0";
        do {
            var page =
                    (List<?>) calls.call(Command.SCAN, cursor, "MATCH", LOGIN + "*", "COUNT", Integer.toString(PAGE));
            cursor = text(page.getFirst());
            var ids = texts(page.getLast()).stream()
                    .map(key -> key.substring(LOGIN.length()))
                    .toList();
            read(ids);
            ids.forEach(gone::remove);
        } while (!cursor.equals("0"));
        // they may have begun since, so they are not forgotten unread
        var rest = List.copyOf(gone);
        for (int from = 0; from < rest.size(); from += PAGE) {
            read(rest.subList(from, Math.min(from + PAGE, rest.size())));
        }
    }

    private void read(Collection<String> ids) {
        if (ids.isEmpty()) {
            return;
        }
        var distinct = List.copyOf(new HashSet<>(ids));
        locks.holding(distinct, () -> {
            var replies = calls.on(connection -> {
                distinct.forEach(id -> connection.sendCommand(Command.HGETALL, LOGIN + id));
                return connection.getMany(distinct.size());
            });
            for (int i = 0; i < distinct.size(); i++) {
                apply(distinct.get(i), replies.get(i));
            }
            return replies;
        });
    }

    private void apply(String id, Object reply) {
        if (reply instanceof JedisDataException failure) {
            throw calls.unavailable(failure);
        }
        try {
            login(id, texts(reply)).ifPresentOrElse(known::remember, () -> known.forget(id));
        } catch (NumberFormatException e) {
            log.atWarn().addKeyValue("key", LOGIN + id).log("key in Redis holds no login and is ignored");
            known.forget(id);
        }
    }

    /** The login out of names and values of its fields, one after the other. */
    private static Optional<Login> login(String id, List<String> fields) {
        var values = new HashMap<String, String>();
        var tokens = new HashMap<String, Long>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            if (fields.get(i).startsWith(TOKEN)) {
                tokens.put(fields.get(i).substring(TOKEN.length()), Long.parseLong(fields.get(i + 1)));
            } else {
                values.put(fields.get(i), fields.get(i + 1));
            }
        }
        var user = values.getOrDefault("user", "");
        return user.isEmpty()
                ? Optional.empty()
                : Optional.of(new Login(
                        id,
                        user,
                        values.getOrDefault("client", ""),
                        Long.parseLong(values.getOrDefault("startedAt", "0")),
                        tokens));
    }

    private static List<String> texts(Object reply) {
        return ((List<?>) reply).stream().map(RedisTokenStore::text).toList();
    }

    private static String text(Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
    }

    @Override
    public void close() {
        // first, so that the end of what is under way is no failure to speak of
        calls.close();
        feed.close();
    }
}
