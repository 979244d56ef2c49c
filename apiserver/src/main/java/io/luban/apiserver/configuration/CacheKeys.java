package io.luban.apiserver.configuration;

import io.luban.apiserver.authentication.token.RedisSettings;
import io.luban.model.configuration.Key;
import io.luban.model.configuration.Settings;
import io.luban.model.configuration.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Settings of where logins are kept. */
final class CacheKeys {
    /** Places for logins. */
    enum Kind {
        SECRETS("InMemoryCache"),
        REDIS("redis");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    static final Key<Kind> TYPE = new Key<>(
            "cache.type",
            ValueType.choice(Kind.class),
            "InMemoryCache",
            "Where logins are kept so that all replicas share them: in Secrets of the cluster, each replica answering from"
                    + " memory (`InMemoryCache`), or in Redis.");
    private static final Key<String> HOST =
            new Key<>("cache.options.host", ValueType.TEXT, "", "Host of Redis; required with it.");
    private static final Key<Integer> PORT =
            new Key<>("cache.options.port", ValueType.number(0, 65_535), "0", "Port of Redis; required with it.");
    private static final Key<String> USERNAME =
            new Key<>("cache.options.username", ValueType.TEXT, "", "User of Redis; its default user when empty.");
    private static final Key<String> PASSWORD =
            new Key<>("cache.options.password", ValueType.TEXT, "", "Password of Redis; none when empty.");
    private static final Key<Integer> DATABASE = new Key<>(
            "cache.options.db", ValueType.number(0, Integer.MAX_VALUE), "0", "Number of the database of Redis.");
    private static final Key<Boolean> TLS = new Key<>(
            "cache.options.tls",
            ValueType.SWITCH,
            "false",
            "Whether Redis is spoken to by TLS; its certificate has to be for the host.");
    private static final Key<String> CA = new Key<>(
            "cache.options.caBundle",
            ValueType.TEXT.checked(GatewayKeys::base64),
            "",
            "Certificates in PEM, as base64, that vouch for that of Redis; the system's when empty.");

    static final List<Key<?>> ALL = List.of(TYPE, HOST, PORT, USERNAME, PASSWORD, DATABASE, TLS, CA);

    private CacheKeys() {}

    /** What is missing. */
    static List<String> problems(Settings settings) {
        var problems = new ArrayList<String>();
        if (settings.value(TYPE) == Kind.REDIS) {
            if (settings.value(HOST).isEmpty()) {
                problems.add(HOST.name() + ": must be set when cache.type is redis");
            }
            if (settings.value(PORT) == 0) {
                problems.add(PORT.name() + ": must be a port other than 0 when cache.type is redis");
            }
        }
        return problems;
    }

    /** Sentences on what is set for Redis while logins are kept elsewhere. */
    static List<String> unread(Settings settings) {
        return settings.value(TYPE) == Kind.REDIS
                ? List.of()
                : ALL.stream()
                        .filter(key -> !settings.value(key).equals(key.defaultValue()))
                        .map(key -> key.name() + ": is set, but read only when cache.type is redis")
                        .toList();
    }

    /** Redis, where it is to keep them. */
    static Optional<RedisSettings> redis(Settings settings) {
        if (settings.value(TYPE) != Kind.REDIS) {
            return Optional.empty();
        }
        return Optional.of(new RedisSettings(
                settings.value(HOST),
                settings.value(PORT),
                settings.value(USERNAME),
                settings.value(PASSWORD),
                settings.value(DATABASE),
                new RedisSettings.Tls(settings.value(TLS), settings.value(CA))));
    }
}
